# From the repository's root, after ./mvnw -DskipTests package:
#   docker build -f docker/batcher.Dockerfile -t sluice-batcher .
# BASE is any image with a Java 25 runtime at `java` on its PATH and glibc.
ARG BASE=eclipse-temurin:25-jre
FROM ${BASE}
COPY batcher/target/quarkus-app /app
WORKDIR /data
VOLUME /data
EXPOSE 8080
ENTRYPOINT ["java", "--add-modules", "jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED", "-jar", "/app/quarkus-run.jar"]
