package dev.sluice.client.sdk;

import io.grpc.stub.StreamObserver;
import java.util.List;

/**
 * How one kind of stream packs items into frames and reads the answers.
 *
 * @param <I> an item that the client sends
 * @param <R> what the caller of one item gets
 * @param <F> the request frame
 * @param <A> the answer frame
 */
interface FrameFormat<I, R, F, A> {
  /** Opens the call. */
  StreamObserver<F> open(StreamObserver<A> answers);

  /** The frame of these items, at most {@link FrameStream#FRAME_ITEMS_MAX}. */
  F frame(long id, List<I> items);

  /** The id that the answer echoes. */
  long frameId(A answer);

  /**
   * Reads and verifies an answer to a frame of {@code items}.
   *
   * @throws DishonestSequencerException if the answer does not prove what it says; the stream ends
   */
  List<Result<R>> results(A answer, List<I> items);

  /** Whether this was the frame's last answer. */
  boolean isComplete(A answer);

  /** The answer for the item at {@code index} of the frame. */
  record Result<R>(int index, R value) {}
}
