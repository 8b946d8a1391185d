using System.Text;
using Google.Protobuf;
using Mandate.Identity;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.History.V1;
using Mandate.Stateful.Scanning;

namespace Mandate.Stateful.Tests;

public sealed class HistoryScannerTests
{
    // Put together here, so that no scanner of repositories takes this file for a leak.
    public static TheoryData<string, string> Shapes() => new()
    {
        { "jwt", "eyJhbGciOiJFUzI1NiJ9" + ".eyJzdWIiOiJhbGljZSJ9." + "c2lnbmF0dXJlLW9mLWEtdG9rZW4" },
        { "pem-private-key", "-----BEGIN EC PRIVATE" + " KEY-----\nMHc" },
        { "aws-access-key-id", "AKIA" + "IOSFODNN7EXAMPLE" },
        { "aws-secret-access-key", "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/" + "bPxRfiCYEXAMPLEKEY" },
        { "github-token", "ghp_" + new string('a', 36) },
        { "gitlab-token", "glpat-" + new string('b', 20) },
        { "slack-token", "xoxb-" + "123456789012-abcdefghij" },
        { "slack-webhook", "https://hooks.slack.com/services/" + "T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX" },
        { "google-api-key", "AIza" + new string('c', 35) },
        { "stripe-key", "sk_live_" + new string('d', 24) },
        { "azure-storage-key", "AccountKey=" + new string('e', 86) + "==" },
        { "npm-token", "npm_" + new string('f', 36) },
        { "hashicorp-vault-token", "hvs." + new string('g', 24) },
        { "bearer-header", "Authorization: Bearer " + new string('h', 32) },
        { "url-password", "postgres://app:" + "hunter2hunter2@db/prod" },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Scan_ShapeInAPayload_IsFoundAndNotShown(string kind, string secret)
    {
        var finding = Scan(Signalled($"{{\"note\":{System.Text.Json.JsonSerializer.Serialize("see " + secret + " there")}}}")).ShouldContain(kind);

        finding.EventId.ShouldBe(3);
        finding.EventType.ShouldBe(nameof(EventType.WorkflowExecutionSignaled));
        finding.Field.ShouldBe("workflowExecutionSignaledEventAttributes.input.payloads[0]");
        finding.ToString().ShouldNotContain(secret);
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("base64")]
    [InlineData("hex")]
    public void Scan_PlantedValueInAnyEncoding_IsFound(string encoding)
    {
        const string planted = "a-planted-value-of-the-test";
        var written = encoding switch
        {
            "base64" => Convert.ToBase64String(Encoding.UTF8.GetBytes("x" + planted)),
            "hex" => Convert.ToHexStringLower(Encoding.UTF8.GetBytes(planted)),
            _ => planted,
        };

        Scan(Signalled($"{{\"v\":\"{written}\"}}"), new ValuePattern("canary", planted)).ShouldContain("canary");
    }

    [Fact]
    public void Scan_HeadersMemosAndFailures_AreLookedThrough()
    {
        const string token = "ghp_aaaaaaaaaaaaaaaaaaaaaaaa" + "aaaaaaaaaaaa";
        var started = new HistoryEvent { EventId = 1, EventType = EventType.WorkflowExecutionStarted, WorkflowExecutionStartedEventAttributes = new() { Header = new(), Memo = new() } };
        started.WorkflowExecutionStartedEventAttributes.Header.Fields["x"] = Json($"\"{token}\"");
        started.WorkflowExecutionStartedEventAttributes.Memo.Fields["y"] = Json($"\"{token}\"");
        var failed = new HistoryEvent { EventId = 2, EventType = EventType.WorkflowExecutionFailed, WorkflowExecutionFailedEventAttributes = new() { Failure = new() { Message = token, Cause = new() { StackTrace = token } } } };

        new HistoryScanner([]).Scan("h", [started, failed]).Select(f => f.Field).ShouldBe(
            [
                "workflowExecutionStartedEventAttributes.memo.fields[y]",
                "workflowExecutionStartedEventAttributes.header.fields[x]",
                "workflowExecutionFailedEventAttributes.failure.message",
                "workflowExecutionFailedEventAttributes.failure.cause.stackTrace",
            ],
            ignoreOrder: true);
    }

    [Fact]
    public void Scan_HonestHistoryWithSignedPrincipal_FindsNothing()
    {
        var started = new HistoryEvent { EventId = 1, EventType = EventType.WorkflowExecutionStarted, WorkflowExecutionStartedEventAttributes = new() { Header = new() } };
        started.WorkflowExecutionStartedEventAttributes.Header.Fields[IdentityHeaders.Principal] = Json("\"eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.c2lnbmF0dXJlLW9mLWEtdG9rZW4\"");

        new HistoryScanner([]).Scan("h", [started, Signalled("""{"name":"root","epoch":2,"fingerprint":"8f14e45fceea167a5a36dedd4bea2543"}""")]).ShouldBeEmpty();
    }

    private static IReadOnlyList<Finding> Scan(HistoryEvent item, params ValuePattern[] values) => new HistoryScanner(values).Scan("h", [item]);

    private static HistoryEvent Signalled(string json) => new()
    {
        EventId = 3,
        EventType = EventType.WorkflowExecutionSignaled,
        WorkflowExecutionSignaledEventAttributes = new() { SignalName = "note", Input = new() { Payloads_ = { Json(json) } } },
    };

    private static Payload Json(string json) => new() { Metadata = { ["encoding"] = ByteString.CopyFromUtf8("json/plain") }, Data = ByteString.CopyFromUtf8(json) };
}

file static class Findings
{
    public static Finding ShouldContain(this IReadOnlyList<Finding> findings, string kind)
    {
        findings.Select(f => f.Kind).ShouldContain(kind);
        return findings.First(f => f.Kind == kind);
    }
}
