using System.Collections.Concurrent;
using System.Text.Json;
using Mandate.Commands;
using Mandate.Protocol;
using Mandate.Protocol.Api.WorkflowService.V1;
using Mandate.Protocol.Conversion;
using Mandate.Stateful;
using Mandate.Temporal.Client;

namespace Mandate.Acceptance.Tests.ApiTokens;

/// <summary><c>mandate tokens tree</c> against a service whose every answer is known.</summary>
public sealed class TokenTreeReaderTests
{
    private readonly ConcurrentDictionary<string, string[]> _children = new();
    private readonly ConcurrentQueue<string> _asked = new();
    private int _atATime;
    private int _most;

    [Fact]
    public async Task Read_TenThousandWorkflows_AsksEachOnceAndSeveralAtATime()
    {
        _children["r"] = [.. Enumerable.Range(0, 100).Select(i => $"r/{i}")];
        foreach (var id in _children["r"])
            _children[id] = [.. Enumerable.Range(0, 99).Select(i => $"{id}/{i}")];
        using var reader = Reader(depth: null);

        var root = await reader.ReadAsync("r", CancellationToken.None);

        Count(root).ShouldBe(10_001);
        _asked.Count.ShouldBe(10_001);
        _asked.Distinct().Count().ShouldBe(10_001);
        _most.ShouldBeInRange(2, TokenTreeReader.AtATime);
        (reader.NotShown, reader.Unanswered).ShouldBe((0, 0));
    }

    [Fact]
    public async Task Read_Depth_SaysWhatIsNotShown()
    {
        _children["r"] = ["r/0", "r/1"];
        _children["r/0"] = ["r/0/0", "r/0/1", "r/0/2"];
        using var reader = Reader(depth: 1);

        var root = await reader.ReadAsync("r", CancellationToken.None);

        using var text = new StringWriter();
        await root.WriteAsync(text);
        text.ToString().ReplaceLineEndings("\n").ShouldBe("""
            r  root  r epoch 1 active
            ├── r/0  inherit  r epoch 1 active
            │   └── (3 more: --depth)
            └── r/1  inherit  r epoch 1 active

            """.ReplaceLineEndings("\n"));
        reader.NotShown.ShouldBe(3);
        _asked.ShouldNotContain("r/0/0");
        JsonSerializer.Serialize(root, TokenTreeJsonContext.Default.TokenNode).ShouldContain("\"notShown\":3");
    }

    [Fact]
    public async Task Read_WorkflowsThatDoNotAnswer_AreCountedAndTheRestIsShown()
    {
        _children["r"] = ["r/plain", "r/gone", "r/0", "r"];
        using var reader = Reader(depth: null);

        var root = await reader.ReadAsync("r", CancellationToken.None);

        root.Children.Select(c => c.Problem).ShouldBe(["it is no stateful workflow, or its worker refuses the query", "it has ended", null, "it is elsewhere in this tree already"]);
        reader.Unanswered.ShouldBe(1);
    }

    [Fact]
    public async Task Read_AnswerThatCannotBeRead_IsCountedAndTheRestIsShown()
    {
        _children["r"] = ["r/sealed", "r/0"];
        using var reader = Reader(depth: null);

        var root = await reader.ReadAsync("r", CancellationToken.None);

        root.Children.Select(c => c.Problem).ShouldBe(["its answer cannot be read: it is sealed by a payload codec, or of another version", null]);
        reader.Unanswered.ShouldBe(1);
    }

    [Fact]
    public async Task Read_DeepTree_PrintsAsJson()
    {
        const int levels = 500;
        for (var i = 0; i < levels; i++)
            _children[$"{i}"] = [$"{i + 1}"];
        using var reader = Reader(depth: null);

        var root = await reader.ReadAsync("0", CancellationToken.None);

        JsonSerializer.Serialize(root, TokenTreeJsonContext.Default.TokenNode).ShouldContain($"\"workflowId\":\"{levels}\"");
    }

    private static int Count(TokenNode node) => 1 + node.Children.Sum(Count);

    private TokenTreeReader Reader(int? depth) => new(new TemporalClient(AnswerAsync, new()), depth);

    private async Task<Google.Protobuf.IMessage> AnswerAsync(RpcCall call)
    {
        var query = call.Request.ShouldBeOfType<QueryWorkflowRequest>();
        var id = query.Execution.WorkflowId;
        query.Query.QueryType.ShouldBe(StatefulNames.ApiTokenTree);
        var now = Interlocked.Increment(ref _atATime);
        for (var most = _most; now > most; most = _most)
            Interlocked.CompareExchange(ref _most, now, most);
        _asked.Enqueue(id);
        await Task.Yield();
        Interlocked.Decrement(ref _atATime);
        if (id.EndsWith("gone", StringComparison.Ordinal))
            throw new RpcException(RpcStatusCode.NotFound, "gone");
        if (id.EndsWith("plain", StringComparison.Ordinal))
            throw new RpcException(RpcStatusCode.InvalidArgument, "no such query", new Protocol.Api.ErrorDetails.V1.QueryFailedFailure());
        if (id.EndsWith("sealed", StringComparison.Ordinal))
            return new QueryWorkflowResponse { QueryResult = new() { Payloads_ = { new Protocol.Api.Common.V1.Payload { Metadata = { ["encoding"] = Google.Protobuf.ByteString.CopyFromUtf8("binary/encrypted") } } } } };
        var tree = new ApiTokenTree(
            new() { Name = "r", Epoch = 1, Fingerprint = "f", State = ApiTokenState.Active },
            null,
            ApiTokenPolicy.Inherit,
            [.. (_children.GetValueOrDefault(id) ?? []).Select(c => new ApiTokenChild(c, ApiTokenPolicy.Inherit, ChildState.Running, false))]);
        return new QueryWorkflowResponse { QueryResult = new() { Payloads_ = { DataConverter.Default.PayloadConverter.ToPayload(tree) } } };
    }
}
