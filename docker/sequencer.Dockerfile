# From the repository's root, after ./mvnw -DskipTests package:
#   docker build -f docker/sequencer.Dockerfile -t sluice-sequencer .
# BASE is any image with a Java 25 runtime at `java` on its PATH and glibc (RocksDB, libsecp256k1 and blst are native).
ARG BASE=eclipse-temurin:25-jre
FROM ${BASE}
COPY sequencer/target/quarkus-app /app
WORKDIR /data
VOLUME /data
EXPOSE 8080 9000
ENTRYPOINT ["java", "--add-modules", "jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED", "-jar", "/app/quarkus-run.jar"]
