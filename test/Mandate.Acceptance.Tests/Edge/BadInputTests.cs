using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Mandate.Acceptance.Tests.Support;
using Mandate.Acceptance.Tests.Workflows;

namespace Mandate.Acceptance.Tests.Edge;

/// <summary>Requests that cannot be done: a clear error each, nothing started, the service well afterwards.</summary>
public sealed class BadInputTests(ServiceFixture fixture) : IClassFixture<ServiceFixture>, IAsyncLifetime
{
    private const string Valid = """{"workflowType":"Echo","workflowId":"*","input":"x"}""";
    private readonly string _tenant = $"tenant-{Guid.NewGuid():N}";
    private RestClient _rest = null!;

    public static TheoryData<string, string, HttpStatusCode, string> Bodies() => new()
    {
        { "unknown type", """{"workflowType":"NoSuchWorkflow","workflowId":"*"}""", HttpStatusCode.UnprocessableEntity, "unknown-workflow-type" },
        { "wrong task queue", """{"workflowType":"Echo","workflowId":"*","taskQueue":"elsewhere"}""", HttpStatusCode.UnprocessableEntity, "unknown-workflow-type" },
        { "not JSON", "this is not JSON", HttpStatusCode.BadRequest, "invalid-request" },
        { "half of a document", """{"workflowType":"Echo","workflowId":"*" """, HttpStatusCode.BadRequest, "invalid-request" },
        { "empty", "", HttpStatusCode.BadRequest, "invalid-request" },
        { "an array", "[]", HttpStatusCode.BadRequest, "invalid-request" },
        { "without a type", """{"workflowId":"*"}""", HttpStatusCode.BadRequest, "invalid-request" },
        { "a number as type", """{"workflowType":1,"workflowId":"*"}""", HttpStatusCode.BadRequest, "invalid-request" },
        { "empty id", """{"workflowType":"Echo","workflowId":""}""", HttpStatusCode.BadRequest, "invalid-request" },
        { "misspelt property", """{"workflowType":"Echo","workflowId":"*","inputs":1}""", HttpStatusCode.BadRequest, "invalid-request" },
        { "property twice", """{"workflowType":"Echo","workflowId":"*","workflowId":"**"}""", HttpStatusCode.BadRequest, "invalid-request" },
        { "input and arguments", """{"workflowType":"Echo","workflowId":"*","input":1,"arguments":[1]}""", HttpStatusCode.BadRequest, "invalid-request" },
        { "line break in the id", """{"workflowType":"Echo","workflowId":"*\n"}""", HttpStatusCode.BadRequest, "invalid-request" },
        { "half a surrogate pair", """{"workflowType":"Echo","workflowId":"*\ud83d"}""", HttpStatusCode.BadRequest, "invalid-request" },
        { "id of 2,000 characters", $$"""{"workflowType":"Echo","workflowId":"*{{new string('i', 2000)}}"}""", HttpStatusCode.BadRequest, "invalid-request" },
        { "10,000 levels deep", $$"""{"workflowType":"Echo","workflowId":"*","input":{{new string('[', 10_000)}}{{new string(']', 10_000)}}}""", HttpStatusCode.BadRequest, "invalid-request" },
        { "3 MiB", $$"""{"workflowType":"Echo","workflowId":"*","input":"{{new string('x', 3 * 1024 * 1024)}}"}""", HttpStatusCode.RequestEntityTooLarge, "request-too-large" },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task Start_BodyThatIsNotGood_IsRefusedAuditedAndNothingStarts(string kind, string body, HttpStatusCode status, string problem)
    {
        _ = kind;
        var workflowId = $"bad-{Guid.NewGuid():N}";
        using var content = RestClient.JsonContent(body.Replace("*", workflowId, StringComparison.Ordinal));

        var answer = await _rest.PostAsync("/v1/executions", content);

        Expect.Problem(answer, status, problem);
        await NothingStartedAsync(workflowId);
        (await _rest.AuditEventsAsync("&type=execution.start")).ShouldHaveSingleItem().GetProperty("result").GetString().ShouldBe("denied");
    }

    [Fact]
    public async Task Start_BodyThatIsNotUtf8_IsRefused()
    {
        using var content = new ByteArrayContent([.. "{\"workflowType\":\"Echo\",\"input\":\""u8, 0xC3, 0x28, .. "\"}"u8]);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");

        Expect.Problem(await _rest.PostAsync("/v1/executions", content), HttpStatusCode.BadRequest, "invalid-request");
    }

    [Fact]
    public async Task Start_BodyOfAnotherMediaType_IsRefused()
    {
        using var content = new StringContent(Valid, Encoding.UTF8, "text/plain");

        Expect.Problem(await _rest.PostAsync("/v1/executions", content), HttpStatusCode.UnsupportedMediaType, "unsupported-media-type");
    }

    [Theory]
    [InlineData("/v1/executions/a%0ab", HttpStatusCode.BadRequest, "invalid-request")]
    [InlineData("/v1/executions/%C3%28", HttpStatusCode.BadRequest, "invalid-request")]
    [InlineData("/v1/executions/unknown", HttpStatusCode.NotFound, "not-found")]
    [InlineData("/v1/executions/unknown?runId=not-a-uuid", HttpStatusCode.NotFound, "not-found")]
    [InlineData("/v1/audit-events?limit=0", HttpStatusCode.BadRequest, "invalid-request")]
    [InlineData("/v1/audit-events?limit=1001", HttpStatusCode.BadRequest, "invalid-request")]
    [InlineData("/v1/audit-events?from=yesterday", HttpStatusCode.BadRequest, "invalid-request")]
    [InlineData("/v1/audit-events?result=maybe", HttpStatusCode.BadRequest, "invalid-request")]
    [InlineData("/v1/audit-events?tenant=globex", HttpStatusCode.BadRequest, "invalid-request")]
    [InlineData("/v1/audit-events?cursor=AAAA", HttpStatusCode.BadRequest, "invalid-request")]
    [InlineData("/v1/audit-events/17/verify", HttpStatusCode.BadRequest, "invalid-request")]
    [InlineData("/v1/audit-events/00000000-0000-0000-0000-000000000000/verify", HttpStatusCode.NotFound, "not-found")]
    [InlineData("/v1/nothing", HttpStatusCode.NotFound, "not-found")]
    public async Task Get_AddressThatIsNotGood_IsAProblem(string path, HttpStatusCode status, string problem) =>
        Expect.Problem(await _rest.GetAsync(path), status, problem);

    [Fact]
    public async Task Get_IdLongerThanTheLimit_IsAProblem() =>
        Expect.Problem(await _rest.GetAsync($"/v1/executions/{new string('i', 2_000)}"), HttpStatusCode.BadRequest, "invalid-request");

    [Fact]
    public async Task Start_IdThatRuns_IsAConflictAndTheFirstRunIsUntouched()
    {
        var workflowId = $"twice-{Guid.NewGuid():N}";
        var first = Expect.Success(await _rest.PostAsync("/v1/executions", new { workflowType = WaitingWorkflow.TypeName, workflowId }), HttpStatusCode.Created);

        Expect.Problem(await _rest.PostAsync("/v1/executions", new { workflowType = WaitingWorkflow.TypeName, workflowId }), HttpStatusCode.Conflict, "execution-already-exists");

        (await _rest.GetAsync($"/v1/executions/{workflowId}")).Body.GetProperty("runId").GetString().ShouldBe(first.GetProperty("runId").GetString());
    }

    [Fact]
    public async Task Start_SameIdempotencyKeyAgain_GivesTheSameRun()
    {
        var body = $$"""{"workflowType":"{{WaitingWorkflow.TypeName}}","workflowId":"again-{{Guid.NewGuid():N}}"}""";

        var first = Expect.Success(await _rest.PostAsync("/v1/executions", RestClient.JsonContent(body), ("Idempotency-Key", "one")), HttpStatusCode.Created);
        var second = Expect.Success(await _rest.PostAsync("/v1/executions", RestClient.JsonContent(body), ("Idempotency-Key", "one")), HttpStatusCode.Created);

        second.GetProperty("runId").GetString().ShouldBe(first.GetProperty("runId").GetString());
    }

    [Fact]
    public async Task Execution_IdWithSlashPercentAndLetters_IsFoundUnderItsEncodedPath()
    {
        var workflowId = $"a/b%2Fc?d é 😀 {Guid.NewGuid():N}";
        Expect.Success(await _rest.PostAsync("/v1/executions", new { workflowType = EchoWorkflow.TypeName, workflowId, input = "ü" }), HttpStatusCode.Created);

        var execution = await RestWait.UntilEndedAsync(_rest, workflowId);

        execution.GetProperty("workflowId").GetString().ShouldBe(workflowId);
        execution.GetProperty("result").GetProperty("Text").GetString().ShouldBe("ü");
    }

    [Fact]
    public async Task Signal_ExecutionThatHasEnded_IsAConflict()
    {
        var workflowId = $"ended-{Guid.NewGuid():N}";
        Expect.Success(await _rest.PostAsync("/v1/executions", new { workflowType = EchoWorkflow.TypeName, workflowId, input = "x" }), HttpStatusCode.Created);
        await RestWait.UntilEndedAsync(_rest, workflowId);

        Expect.Problem(await _rest.PostAsync($"/v1/executions/{workflowId}/signals/go", content: null), HttpStatusCode.Conflict, "execution-closed");
    }

    public Task InitializeAsync()
    {
        _rest = fixture.As("alice", _tenant);
        return Task.CompletedTask;
    }

    /// <summary>After every one of these the service is well.</summary>
    public async Task DisposeAsync()
    {
        (await _rest.GetAsync("/health/ready")).Status.ShouldBe(HttpStatusCode.OK);
        _rest.Dispose();
        fixture.Service.HasExited.ShouldBeFalse();
    }

    private async Task NothingStartedAsync(string workflowId)
    {
        await using var engine = fixture.Engine();
        (await engine.HasExecutionAsync(workflowId)).ShouldBeFalse();
    }
}
