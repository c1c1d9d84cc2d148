// Client learns, asks, follows a question's steps, and reads errors.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net/url"
	"os"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"

	genesis "myriad.example/client/gen/myriad/genesis/v1"
	orchestrator "myriad.example/client/gen/myriad/orchestrator/v1"
)

const (
	mind     = "go"
	question = "Into which sea does the Lena flow?"
)

// gRPC tries again, with jitter, what failed because a component was away, as long as the deadline lasts.
const retries = `{"methodConfig": [{"name": [{}], "retryPolicy": {
	"maxAttempts": 4, "initialBackoff": "0.2s", "maxBackoff": "3s", "backoffMultiplier": 3,
	"retryableStatusCodes": ["UNAVAILABLE"]}}]}`

// key goes along with each call, over plain HTTP too where the URL says so.
type key string

func (k key) GetRequestMetadata(context.Context, ...string) (map[string]string, error) {
	return map[string]string{"authorization": "Bearer " + string(k)}, nil
}

func (key) RequireTransportSecurity() bool { return false }

func main() {
	connection, err := connect()
	if err != nil {
		log.Fatal(err)
	}
	defer connection.Close()
	asked := orchestrator.NewOrchestratorServiceClient(connection)
	steps := []func() error{
		func() error { return learn(genesis.NewDocumentServiceClient(connection)) },
		func() error { return ask(asked) },
		func() error { return follow(asked) },
		func() error { return fail(asked) },
	}
	for _, step := range steps {
		if err := step(); err != nil {
			log.Fatal(err)
		}
	}
}

func connect() (*grpc.ClientConn, error) {
	where, err := url.Parse(os.Getenv("MYRIAD_URL"))
	if err != nil {
		return nil, err
	}
	transport, err := transportTo(where)
	if err != nil {
		return nil, err
	}
	return grpc.NewClient(where.Host,
		grpc.WithTransportCredentials(transport),
		grpc.WithPerRPCCredentials(key(os.Getenv("MYRIAD_API_KEY"))),
		grpc.WithDefaultServiceConfig(retries))
}

// transportTo is TLS, or plain, as the URL begins; without MYRIAD_CA the system says who is believed.
func transportTo(where *url.URL) (credentials.TransportCredentials, error) {
	if where.Scheme == "http" {
		return insecure.NewCredentials(), nil
	}
	if authority := os.Getenv("MYRIAD_CA"); authority != "" {
		return credentials.NewClientTLSFromFile(authority, "")
	}
	return credentials.NewTLS(nil), nil
}

func learn(documents genesis.DocumentServiceClient) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	stream, err := documents.StreamLearn(ctx)
	if err != nil {
		return err
	}
	lena := &genesis.DocumentInput{
		Id:    "lena",
		Title: "Lena",
		Text:  "The Lena is a river in Siberia. It flows into the Laptev Sea.",
	}
	request := &genesis.StreamLearnRequest{Parent: "minds/" + mind, Documents: []*genesis.DocumentInput{lena}}
	// io.EOF says that the stream has ended already; why, Recv says.
	if err := stream.Send(request); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if err := stream.CloseSend(); err != nil {
		return err
	}
	for {
		response, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		for _, result := range response.Results {
			fmt.Println("learned", result.Document)
		}
	}
}

func ask(asked orchestrator.OrchestratorServiceClient) error {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	response, err := asked.Query(ctx, &orchestrator.QueryRequest{Question: question, Mind: mind})
	if err != nil {
		return err
	}
	fmt.Println("answer", response.Answer.ShortAnswer)
	for _, citation := range response.Answer.Citations {
		fmt.Printf("[%d] %s\n", citation.Number, citation.Quote)
	}
	return nil
}

func follow(asked orchestrator.OrchestratorServiceClient) error {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	stream, err := asked.StreamQuery(ctx, &orchestrator.StreamQueryRequest{Question: question, Mind: mind})
	if err != nil {
		return err
	}
	for {
		response, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		switch event := response.Event.(type) {
		case *orchestrator.StreamQueryResponse_Step:
			fmt.Println("step", event.Step.Step)
		case *orchestrator.StreamQueryResponse_Answer:
			fmt.Println("streamed", event.Answer.ShortAnswer)
		}
	}
}

// An error's reason is in its details; a deadline that was too short has a code of its own.
func fail(asked orchestrator.OrchestratorServiceClient) error {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	_, err := asked.Query(ctx, &orchestrator.QueryRequest{Question: question, Mind: mind, Model: "gpt-4"})
	for _, detail := range status.Convert(err).Details() {
		if info, ok := detail.(*errdetails.ErrorInfo); ok {
			fmt.Println("error", status.Code(err), info.Reason)
		}
	}
	short, cancel := context.WithTimeout(context.Background(), time.Microsecond)
	defer cancel()
	_, err = asked.Query(short, &orchestrator.QueryRequest{Question: question, Mind: mind})
	fmt.Println("error", status.Code(err))
	return nil
}
