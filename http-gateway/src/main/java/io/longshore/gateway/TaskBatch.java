package io.longshore.gateway;

import com.fasterxml.jackson.core.JsonGenerator;
import io.longshore.coordinator.NewTask;
import io.longshore.coordinator.TaskProtocol.Accepted;
import io.longshore.coordinator.TaskProtocol.SubmitReply;
import io.longshore.coordinator.TaskView;
import io.longshore.coordinator.Tasks;
import io.longshore.persistence.Answer;
import io.longshore.persistence.Answer.Replied;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpCharsets;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.MediaTypes;
import org.jspecify.annotations.Nullable;

/**
 * The call that submits many tasks. Each is accepted or refused for itself; with an {@code
 * Idempotency-Key} the task at each place has a key of its own, so that the same batch sent again
 * gives the same tasks.
 */
final class TaskBatch {
  private static final ContentType.NonBinary NDJSON =
      ContentTypes.create(MediaTypes.applicationWithFixedCharset("x-ndjson", HttpCharsets.UTF_8));

  private final GatewaySettings settings;
  private final TaskSubmission submission;
  private final Tasks tasks;

  TaskBatch(GatewaySettings settings, TaskSubmission submission, Tasks tasks) {
    this.settings = settings;
    this.submission = submission;
    this.tasks = tasks;
  }

  /** One place in the batch: a task, or why there is none. */
  private record Item(@Nullable NewTask task, @Nullable Problem problem) {}

  /** What became of an item; no more of the task than is told, as there are many. */
  private record Result(String taskId, String state, long generation, @Nullable Problem problem) {

    static Result accepted(TaskView task) {
      return new Result(task.taskId(), task.state().wireName(), task.generation(), null);
    }

    static Result refused(@Nullable Problem problem) {
      return new Result("", "", 0, problem);
    }
  }

  CompletionStage<HttpResponse> handle(Call call) {
    Violations violations = new Violations();
    call.noParameters(violations);
    String key = Headers.idempotencyKey(call, violations);
    violations.check();
    TaskTerms terms = submission.terms(call);
    List<Item> items =
        call.isLines() ? lines(call.body(), terms, key) : array(call.body(), terms, key);
    call.counts(items.size());
    List<@Nullable NewTask> places = new ArrayList<>(items.size());
    items.forEach(item -> places.add(item.task()));
    return tasks
        .submitAll(places, key)
        .thenApply(answers -> results(items, answers))
        .thenApply(results -> call.isLines() ? lines(results) : array(results));
  }

  private List<Item> array(byte[] body, TaskTerms terms, @Nullable String key) {
    List<Item> items = new ArrayList<>();
    Violations whole = new Violations();
    Document.read(
        body,
        whole,
        in -> {
          in.array(
              settings.limits().batchItems(),
              () -> {
                Violations own = new Violations();
                in.gatherIn(own);
                items.add(item(TaskBody.read(in, terms), own, key, items.size()));
                in.gatherIn(whole);
              });
          return items;
        });
    whole.check();
    return items;
  }

  private List<Item> lines(byte[] body, TaskTerms terms, @Nullable String key) {
    List<Item> items = new ArrayList<>();
    LineDocuments documents = new LineDocuments();
    int max = settings.limits().batchItems();
    Lines lines =
        new Lines(
            body.length,
            new Lines.Reader() {
              @Override
              public void line(byte[] bytes, int from, int end) {
                if (items.size() == max) {
                  throw tooMany(max);
                }
                items.add(item(documents, bytes, from, end, terms, key, items.size()));
              }

              @Override
              public void overlong() {
                throw new AssertionError("No line is longer than all of them");
              }
            });
    documents.begin(body);
    lines.feed(body);
    documents.end();
    lines.end();
    return items;
  }

  private static Item item(
      LineDocuments documents,
      byte[] bytes,
      int from,
      int end,
      TaskTerms terms,
      @Nullable String key,
      int index) {
    try {
      TaskBody task = documents.read(bytes, from, end, in -> TaskBody.read(in, terms));
      return new Item(task(task, key, index), null);
    } catch (ProblemException refused) {
      return new Item(null, refused.problem());
    }
  }

  private static ProblemException tooMany(int max) {
    Violations violations = new Violations();
    violations.body("", "must have at most %d lines".formatted(max));
    return new ProblemException(violations.problem());
  }

  private static Item item(TaskBody body, Violations own, @Nullable String key, int index) {
    return own.none() ? new Item(task(body, key, index), null) : new Item(null, own.problem());
  }

  private static NewTask task(TaskBody body, @Nullable String key, int index) {
    return body.task(key == null ? null : NewTask.keyAt(key, index));
  }

  private static List<Result> results(List<Item> items, List<Answer<SubmitReply>> answers) {
    List<Result> results = new ArrayList<>(items.size());
    Iterator<Answer<SubmitReply>> next = answers.iterator();
    for (Item item : items) {
      results.add(item.task() == null ? Result.refused(item.problem()) : result(next.next()));
    }
    return results;
  }

  private static Result result(Answer<SubmitReply> answer) {
    if (!(answer instanceof Replied<SubmitReply> replied)) {
      return Result.refused(Problems.unanswered(answer));
    }
    return replied.reply() instanceof Accepted accepted
        ? Result.accepted(accepted.task())
        : Result.refused(TaskSubmission.refusal(replied.reply()));
  }

  private static HttpResponse array(List<Result> results) {
    return Responses.json(
        200,
        out -> {
          out.writeStartArray();
          for (Result result : results) {
            write(out, result);
          }
          out.writeEndArray();
        });
  }

  private static HttpResponse lines(List<Result> results) {
    byte[] body =
        Json.bytes(
            out -> {
              for (Result result : results) {
                write(out, result);
              }
              out.writeRaw('\n');
            });
    return Responses.of(200, NDJSON, body);
  }

  private static void write(JsonGenerator out, Result result) throws IOException {
    out.writeStartObject();
    if (result.problem() == null) {
      out.writeNumberField("status", 202);
      out.writeStringField("taskId", result.taskId());
      out.writeStringField("state", result.state());
      out.writeNumberField("generation", result.generation());
    } else {
      out.writeNumberField("status", result.problem().type().status());
      out.writeFieldName("problem");
      result.problem().writeTo(out);
    }
    out.writeEndObject();
  }
}
