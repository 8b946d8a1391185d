using Google.Protobuf;
using Mandate.Acceptance.Tests.Support;
using Mandate.Commands;
using Mandate.Protocol;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.History.V1;
using Mandate.Protocol.Api.WorkflowService.V1;
using Mandate.Stateful.Scanning;
using Mandate.Temporal.Client;

namespace Mandate.Acceptance.Tests.ApiTokens;

/// <summary><c>mandate history scan</c>: what it ends with, and what it says of things it could not look at.</summary>
public sealed class HistoryScanTests
{
    [Fact]
    public async Task Scan_RunDeletedMeanwhile_IsSkippedAndCounted()
    {
        var count = new ScanCount();

        await HistoryCommand.ScanRunsAsync(new HistoryScanner([]), new TemporalClient(AnswerAsync, new()), "", count, json: false, CancellationToken.None);

        count.ToString().ShouldBe("2 histories, 2 events: 0 findings\n1 of the runs listed was deleted before it could be read");
        count.ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task Scan_SealedPayloads_AreNotCalledClean()
    {
        using var directory = new TemporaryDirectory();
        var token = "ghp_" + new string('a', 36);
        await File.WriteAllTextAsync(directory.File("sealed.json"), History(Payload("binary/encrypted", "0123456789")));
        await File.WriteAllTextAsync(directory.File("both.json"), History(Payload("binary/encrypted", "0123456789") + "," + Payload("json/plain", $"\"{token}\"")));

        var sealedOnly = await ScanAsync(directory, "sealed.json");
        var both = await ScanAsync(directory, "both.json");

        sealedOnly.ExitCode.ShouldBe(3, sealedOnly.Output + sealedOnly.Error);
        sealedOnly.Error.ShouldContain("1 of 1 payloads could not be read");
        both.ExitCode.ShouldBe(1, both.Output + both.Error);
        both.Error.ShouldContain("1 of 2 payloads could not be read");
    }

    [Fact]
    public async Task Scan_ShortPayloadsOfTheCommandLineTool_AreUnderstood()
    {
        using var directory = new TemporaryDirectory();
        var token = "ghp_" + new string('a', 36);
        await File.WriteAllTextAsync(directory.File("short.json"), $$$$$"""{"events":[{"eventId":"1","eventType":"EVENT_TYPE_WORKFLOW_EXECUTION_STARTED","workflowExecutionStartedEventAttributes":{"input":[{"note":"{{{{{token}}}}}"}]}}]}""");
        await File.WriteAllTextAsync(directory.File("other.json"), """{"items":[]}""");

        var found = await ScanAsync(directory, "short.json");
        var other = await ScanAsync(directory, "other.json");

        found.ExitCode.ShouldBe(1, found.Output + found.Error);
        found.Output.ShouldContain("event 1 WorkflowExecutionStarted, workflowExecutionStartedEventAttributes.input[0].note: github-token ghp_aa… (40 characters)");
        other.ExitCode.ShouldBe(2);
        other.Error.ShouldContain("temporal workflow show --output json");
    }

    private static Task<(int ExitCode, string Output, string Error)> ScanAsync(TemporaryDirectory directory, string file) =>
        ServiceProcess.CaptureAsync(directory, new Dictionary<string, string>(), "history", "scan", directory.File(file));

    private static string Payload(string encoding, string data) => $$$"""{"metadata":{"encoding":"{{{Base64(encoding)}}}"},"data":"{{{Base64(data)}}}"}""";

    private static string History(string payloads) =>
        $$$$$"""{"events":[{"eventId":"1","eventType":"EVENT_TYPE_WORKFLOW_EXECUTION_STARTED","workflowExecutionStartedEventAttributes":{"input":{"payloads":[{{{{{payloads}}}}}]}}}]}""";

    private static string Base64(string text) => Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(text));

    /// <summary>A service that lists three runs, of which one is gone when its history is asked for.</summary>
    private static Task<IMessage> AnswerAsync(RpcCall call) => Task.FromResult<IMessage>(call.Request switch
    {
        ListWorkflowExecutionsRequest => new ListWorkflowExecutionsResponse
        {
            Executions = { ((string[])["first", "deleted", "last"]).Select(id => new Protocol.Api.Workflow.V1.WorkflowExecutionInfo { Execution = new() { WorkflowId = id, RunId = "r" }, Type = new() { Name = "T" } }) },
        },
        GetWorkflowExecutionHistoryRequest { Execution.WorkflowId: "deleted" } => throw new RpcException(RpcStatusCode.NotFound, "There is no such run."),
        GetWorkflowExecutionHistoryRequest => new GetWorkflowExecutionHistoryResponse { History = new() { Events = { new HistoryEvent { EventId = 1, EventType = EventType.WorkflowExecutionStarted, WorkflowExecutionStartedEventAttributes = new() } } } },
        _ => throw new InvalidOperationException(call.ToString()),
    });
}
