using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Protocol.Tests.Grpc;

public sealed class StageTests
{
    [Fact]
    public async Task Call_ThroughStages_FirstOneSeesItFirstAndTheAnswerLast()
    {
        var seen = new List<string>();
        RpcStage Stage(string name) => next => async call =>
        {
            seen.Add($"{name} in");
            var answer = await next(call with { Metadata = call.Metadata.With("x-last", name) });
            seen.Add($"{name} out");
            return answer;
        };
        string? last = null;
        await using var server = await LoopbackServer.StartAsync(call =>
        {
            last = call.Metadata["x-last"];
            return new GetSystemInfoResponse();
        });

        await server.Connect(o => o with { Stages = [Stage("a"), Stage("b")] })(new RpcCall(new GetSystemInfoRequest()));

        seen.ShouldBe(["a in", "b in", "b out", "a out"]);
        last.ShouldBe("b");
    }
}
