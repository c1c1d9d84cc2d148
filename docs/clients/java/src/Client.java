import dev.myriad.genesis.v1.DocumentInput;
import dev.myriad.genesis.v1.DocumentServiceGrpc;
import dev.myriad.genesis.v1.StreamLearnRequest;
import dev.myriad.genesis.v1.StreamLearnResponse;
import dev.myriad.orchestrator.v1.OrchestratorServiceGrpc;
import dev.myriad.orchestrator.v1.QueryRequest;
import dev.myriad.orchestrator.v1.StreamQueryRequest;
import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.io.File;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Learns, asks, follows a question's steps, and reads errors. */
public final class Client {
  private static final String QUESTION = "Into which sea does the Lena flow?";

  public static void main(String[] arguments) throws Exception {
    ManagedChannel channel = connect();
    try {
      learn(channel);
      ask(channel);
      follow(channel);
      fail(channel);
    } finally {
      channel.shutdownNow();
    }
  }

  /** gRPC tries again, with jitter, what failed because a component was away, as long as the deadline lasts. */
  private static ManagedChannel connect() throws Exception {
    URI url = URI.create(System.getenv("MYRIAD_URL"));
    Metadata key = new Metadata();
    key.put(
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER),
        "Bearer " + System.getenv("MYRIAD_API_KEY"));
    Map<String, ?> retries =
        Map.of(
            "maxAttempts", 4.0,
            "initialBackoff", "0.2s",
            "maxBackoff", "3s",
            "backoffMultiplier", 3.0,
            "retryableStatusCodes", List.of("UNAVAILABLE"));
    return Grpc.newChannelBuilderForAddress(
            url.getHost(), url.getPort() >= 0 ? url.getPort() : url.toURL().getDefaultPort(), transport(url))
        .defaultServiceConfig(
            Map.of(
                "methodConfig",
                List.of(Map.of("name", List.of(Map.of()), "retryPolicy", retries))))
        .enableRetry()
        .intercept(MetadataUtils.newAttachHeadersInterceptor(key))
        .build();
  }

  /** TLS, or plain, as the URL begins; without MYRIAD_CA the system says who is believed. */
  private static ChannelCredentials transport(URI url) throws Exception {
    if (url.getScheme().equals("http")) {
      return InsecureChannelCredentials.create();
    }
    var authority = System.getenv("MYRIAD_CA");
    return authority == null || authority.isEmpty()
        ? TlsChannelCredentials.create()
        : TlsChannelCredentials.newBuilder().trustManager(new File(authority)).build();
  }

  private static void learn(ManagedChannel channel) throws Exception {
    CompletableFuture<Void> done = new CompletableFuture<>();
    StreamObserver<StreamLearnRequest> documents =
        DocumentServiceGrpc.newStub(channel)
            .withDeadlineAfter(60, TimeUnit.SECONDS)
            .streamLearn(
                new StreamObserver<>() {
                  @Override
                  public void onNext(StreamLearnResponse response) {
                    response.getResultsList().forEach(result -> System.out.println("learned " + result.getDocument()));
                  }

                  @Override
                  public void onError(Throwable error) {
                    done.completeExceptionally(error);
                  }

                  @Override
                  public void onCompleted() {
                    done.complete(null);
                  }
                });
    documents.onNext(
        StreamLearnRequest.newBuilder()
            .setParent("minds/java")
            .addDocuments(
                DocumentInput.newBuilder()
                    .setId("lena")
                    .setTitle("Lena")
                    .setText("The Lena is a river in Siberia. It flows into the Laptev Sea."))
            .build());
    documents.onCompleted();
    done.get(60, TimeUnit.SECONDS);
  }

  private static void ask(ManagedChannel channel) {
    var answer =
        OrchestratorServiceGrpc.newBlockingStub(channel)
            .withDeadlineAfter(30, TimeUnit.SECONDS)
            .query(QueryRequest.newBuilder().setQuestion(QUESTION).setMind("java").build())
            .getAnswer();
    System.out.println("answer " + answer.getShortAnswer());
    answer.getCitationsList().forEach(it -> System.out.println("[" + it.getNumber() + "] " + it.getQuote()));
  }

  private static void follow(ManagedChannel channel) {
    OrchestratorServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(30, TimeUnit.SECONDS)
        .streamQuery(StreamQueryRequest.newBuilder().setQuestion(QUESTION).setMind("java").build())
        .forEachRemaining(
            event -> {
              if (event.hasStep()) {
                System.out.println("step " + event.getStep().getStep());
              } else {
                System.out.println("streamed " + event.getAnswer().getShortAnswer());
              }
            });
  }

  /** An error's reason is in its details; a deadline that was too short has a status of its own. */
  private static void fail(ManagedChannel channel) throws InvalidProtocolBufferException {
    var orchestrator = OrchestratorServiceGrpc.newBlockingStub(channel);
    var question = QueryRequest.newBuilder().setQuestion(QUESTION).setMind("java");
    try {
      orchestrator.withDeadlineAfter(30, TimeUnit.SECONDS).query(question.setModel("gpt-4").build());
    } catch (StatusRuntimeException error) {
      for (Any detail : StatusProto.fromThrowable(error).getDetailsList()) {
        if (detail.is(ErrorInfo.class)) {
          System.out.println("error " + error.getStatus().getCode() + " " + detail.unpack(ErrorInfo.class).getReason());
        }
      }
    }
    try {
      orchestrator.withDeadlineAfter(1, TimeUnit.MICROSECONDS).query(question.clearModel().build());
    } catch (StatusRuntimeException error) {
      System.out.println("error " + error.getStatus().getCode());
    }
  }
}
