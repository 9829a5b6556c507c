package dmabuf.tck;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** Steps that run beside the others, for calls that wait. */
final class TaskActions {

    /** Long enough to see that a call waits: a call that does not is over in less than a hundredth of this, also in an emulator. */
    private static final long LOOK_MILLIS = 200;
    /** Longer than any fence lives: vgem's give up after 10 seconds. */
    private static final long PATIENCE_SECONDS = 20;

    private TaskActions() {}

    /** A call under way. */
    record Task(CompletableFuture<String> answer) implements Scene.Thing {
        @Override
        public long number() {
            return 0;
        }

        @Override
        public void close() {
            try {
                answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            } catch (TimeoutException | ExecutionException e) {
                throw new IllegalStateException("a call that waits does not come back", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    record Start(Action action) implements Action {
        @Override
        public String perform(Scene scene, String variable) {
            CompletableFuture<String> answer = new CompletableFuture<>();
            Thread.ofPlatform().daemon().name("dmabuf-tck-" + variable).start(() -> {
                try {
                    answer.complete(action.perform(scene, ""));
                } catch (Scene.NotMade e) {
                    answer.complete(Answers.missing(e.variable()));
                } catch (RuntimeException e) {
                    answer.complete(Answers.exception(e));
                }
            });
            scene.put(variable, new Task(answer));
            return Answers.OK;
        }
    }

    /** Looks whether a call still waits. */
    record Waiting(String name) implements Action {
        @Override
        public String perform(Scene scene, String variable) {
            try {
                scene.get(name, Task.class).answer().get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
                return Answers.NO;
            } catch (TimeoutException e) {
                return Answers.YES;
            } catch (ExecutionException e) {
                return Answers.NO;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return Answers.NO;
            }
        }
    }

    /** Awaits a call and gives its answer. */
    record Join(String name) implements Action {
        @Override
        public String perform(Scene scene, String variable) {
            Task task = scene.get(name, Task.class);
            task.close();
            return task.answer().join();
        }
    }
}
