using System.IO.Compression;
using System.Text;
using Google.Protobuf;
using Mandate.Identity;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.History.V1;
using Mandate.Protocol.Conversion.Sealing;
using Mandate.Stateful.Scanning;
using Mandate.Stateful.Tree;
using Mandate.Temporal.Common;

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
        { "aws-secret-access-key", "{\"SecretAccessKey\":\"wJalrXUtnFEMI\\/K7MDENG\\/" + "bPxRfiCYEXAMPLEKEY\"}" },
        { "aws-access-key-id", "ABIA" + "IOSFODNN7EXAMPLE" },
        { "github-token", "ghp_" + new string('a', 36) },
        { "gitlab-token", "glpat-" + new string('b', 20) },
        { "slack-token", "xoxb-" + "123456789012-abcdefghij" },
        { "slack-token", "xapp-1-" + "A0000000000-1234567890123-0a1b2c3d4e5f" },
        { "slack-token", "xoxe.xoxp-1-" + new string('A', 163) },
        { "slack-webhook", "https://hooks.slack.com/services/" + "T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX" },
        { "google-api-key", "AIza" + new string('c', 35) },
        { "google-oauth-token", "ya29." + "a0AfH6SMBx-abcdefghijklmnopqrstuvwxyz" },
        { "google-oauth-token", "1//0" + new string('c', 60) },
        { "google-client-secret", "GOCSPX-" + new string('c', 28) },
        { "stripe-key", "sk_live_" + new string('d', 24) },
        { "stripe-key", "whsec_" + new string('d', 32) },
        { "azure-client-secret", "abc1Q~" + new string('e', 34) },
        { "azure-sas", "https://a.blob.core.windows.net/c?sv=2024-01-01&sig=" + new string('e', 43) + "%3D" },
        { "azure-storage-key", "AccountKey=" + new string('e', 86) + "==" },
        { "npm-token", "npm_" + new string('f', 36) },
        { "gitlab-token", "glrt-" + new string('b', 20) },
        { "digitalocean-token", "dop_v1_" + new string('a', 64) },
        { "databricks-token", "dapi" + new string('a', 32) },
        { "terraform-token", new string('a', 14) + ".atlasv1." + new string('b', 64) },
        { "pypi-token", "pypi-AgEIcHlwaS5vcmc" + new string('f', 60) },
        { "huggingface-token", "hf_" + new string('f', 34) },
        { "openai-key", "sk-svcacct-" + new string('f', 58) + "T3BlbkFJ" + new string('f', 58) },
        { "shopify-token", "shpat_" + new string('f', 32) },
        { "grafana-token", "glsa_" + new string('f', 32) + "_0a1b2c3d" },
        { "atlassian-token", "ATATT3" + new string('f', 186) },
        { "telegram-bot-token", "123456789:AA" + new string('f', 33) },
        { "age-secret-key", "AGE-SECRET-KEY-1" + new string('Q', 58) },
        { "pem-private-key", "-----BEGIN PGP PRIVATE" + " KEY BLOCK-----" },
        { "hashicorp-vault-token", "hvs." + new string('g', 24) },
        { "bearer-header", "Authorization: Bearer " + new string('h', 32) },
        { "basic-header", "Authorization: Basic " + "YWxpY2U6aHVudGVyMg==" },
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

        new HistoryScanner([]).Scan("h", [started, failed]).Findings.Select(f => f.Field).ShouldBe(
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

        new HistoryScanner([]).Scan("h", [started, Signalled("""{"name":"root","epoch":2,"fingerprint":"8f14e45fceea167a5a36dedd4bea2543"}""")]).Findings.ShouldBeEmpty();
    }

    [Fact]
    public void Scan_CompressedHeader_IsInflated()
    {
        // The registry of a parent with many children is compressed, whatever stands in it.
        var snapshot = new TreeSnapshot { Children = [.. Enumerable.Range(0, 200).Select(i => new ChildSnapshot { Id = $"child/{i}/planted-value-{i}" })] };
        var header = TreePayload.WriteTree(snapshot);
        header.Data.ToStringUtf8().ShouldNotContain("planted-value-123");
        var started = new HistoryEvent { EventId = 1, EventType = EventType.WorkflowExecutionStarted, WorkflowExecutionStartedEventAttributes = new() { Header = new() { Fields = { [StatefulNames.TreeHeader] = header } } } };

        var live = new HistoryScanner([new("planted", "planted-value-123")]).Scan("h", [started]);
        var file = new HistoryScanner([new("planted", "planted-value-123")]).ScanJson("h", Utf8(new WorkflowHistory("h", [started]).ToJson()));

        foreach (var result in (ScanResult[])[live, file])
        {
            result.Findings.ShouldHaveSingleItem().Field.ShouldBe($"workflowExecutionStartedEventAttributes.header.fields[{StatefulNames.TreeHeader}]");
            result.Unreadable.ShouldBe(0);
        }
    }

    [Theory]
    [InlineData("binary/zlib")]
    [InlineData("binary/gzip")]
    public void Scan_PayloadUnderACompressingCodec_IsInflated(string encoding)
    {
        using var compressed = new MemoryStream();
        using (Stream stream = encoding == "binary/zlib" ? new ZLibStream(compressed, CompressionLevel.Fastest, leaveOpen: true) : new GZipStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
            stream.Write(Json($"\"{GitHubToken}\"").ToByteArray());

        var result = new HistoryScanner([]).Scan("h", [Signalled(Coded(encoding, compressed.ToArray()))]);

        result.Findings.ShouldContain("github-token");
        result.Unreadable.ShouldBe(0);
    }

    [Fact]
    public async Task Scan_PayloadsThatCannotBeRead_AreCounted()
    {
        var codec = new SealingCodec(new OneKey(), new() { Namespace = "default" });
        var encrypted = (await codec.EncodeAsync([Json($"\"{GitHubToken}\"")]))[0];
        var opened = (await codec.DecodeAsync([encrypted]))[0];
        HistoryEvent[] events = [Signalled(encrypted), Signalled(Coded("binary/snappy", [0xff, 0x06, 0x00, 0x80])), Signalled(Json("1")), Signalled(Coded("json/brotli", [0xff, 0xff]))];

        var without = new HistoryScanner([]).Scan("h", events);
        var with = new HistoryScanner([], p => p.Equals(encrypted) ? opened : null).Scan("h", events);
        var file = new HistoryScanner([]).ScanJson("h", Utf8(new WorkflowHistory("h", events).ToJson()));

        without.ShouldSatisfyAllConditions(() => without.Findings.ShouldBeEmpty(), () => without.Payloads.ShouldBe(4), () => without.Unreadable.ShouldBe(3));
        file.ShouldSatisfyAllConditions(() => file.Findings.ShouldBeEmpty(), () => file.Payloads.ShouldBe(4), () => file.Unreadable.ShouldBe(3));
        with.Findings.ShouldContain("github-token");
        with.Unreadable.ShouldBe(2);
    }

    [Fact]
    public void Scan_FieldOfANewerServer_IsLookedThrough()
    {
        // Field 4711 of the attributes, a message with a text in field 1: as a newer server would send it.
        using var inner = new MemoryStream();
        using (var output = new CodedOutputStream(inner, leaveOpen: true))
        {
            output.WriteTag(1, WireFormat.WireType.LengthDelimited);
            output.WriteString(GitHubToken);
        }

        using var attributes = new MemoryStream();
        using (var output = new CodedOutputStream(attributes, leaveOpen: true))
        {
            output.WriteTag(4711, WireFormat.WireType.LengthDelimited);
            output.WriteBytes(ByteString.CopyFrom(inner.ToArray()));
        }

        var signalled = Signalled(Json("1"));
        signalled.WorkflowExecutionSignaledEventAttributes.MergeFrom(attributes.ToArray());

        new HistoryScanner([]).Scan("h", [signalled]).Findings.ShouldContain("github-token").Field.ShouldStartWith("workflowExecutionSignaledEventAttributes.(unknown field 4711)");
    }

    [Fact]
    public void ScanJson_EventsAndFieldsOfANewerServer_AreLookedThrough()
    {
        var result = ScanJson($$$"""{"events":[{"eventId":"7","eventType":"EVENT_TYPE_OF_THE_FUTURE","ofTheFutureEventAttributes":{"newField":{"note":"{{{GitHubToken}}}"},"newBytes":"{{{Convert.ToBase64String(Utf8("x " + SlackToken).Span)}}}"}}]}""");

        var finding = result.Findings.ShouldContain("github-token");
        finding.EventId.ShouldBe(7);
        finding.EventType.ShouldBe("OfTheFuture");
        finding.Field.ShouldBe("ofTheFutureEventAttributes.newField.note");
        result.Findings.ShouldContain("slack-token");
    }

    [Fact]
    public void ScanJson_PayloadsInTheShortForm_AreUnderstood()
    {
        var result = ScanJson($$$$$"""
            {"events":[{"eventId":"1","eventType":"EVENT_TYPE_WORKFLOW_EXECUTION_STARTED","workflowExecutionStartedEventAttributes":{
              "input":[{"note":"{{{{{GitHubToken}}}}}"},"plain",null],"memo":{"fields":{"m":"{{{{{SlackToken}}}}}"}},
              "header":{"fields":{"mandate-principal":"eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.c2lnbmF0dXJlLW9mLWEtdG9rZW4"}}}}]}
            """);

        result.Findings.Select(f => (f.Kind, f.Field)).ShouldBe(
            [
                ("github-token", "workflowExecutionStartedEventAttributes.input[0].note"),
                ("slack-token", "workflowExecutionStartedEventAttributes.memo.fields[m]"),
            ],
            ignoreOrder: true);
    }

    [Theory]
    [InlineData("""[{"eventId":1,"eventType":"WorkflowExecutionStarted","x":"TOKEN"}]""")]
    [InlineData("{\"eventId\":\"1\",\"eventType\":\"EVENT_TYPE_WORKFLOW_EXECUTION_STARTED\",\"x\":\"TOKEN\"}\n{\"eventId\":\"2\",\"eventType\":\"EVENT_TYPE_TIMER_FIRED\"}\n")]
    [InlineData("""{"history":{"events":[{"eventId":"1","eventType":"EVENT_TYPE_WORKFLOW_EXECUTION_STARTED","x":"TOKEN"}]}}""")]
    [InlineData("""[{"events":[{"eventId":"1","eventType":"EVENT_TYPE_WORKFLOW_EXECUTION_STARTED","x":"TOKEN"}]}]""")]
    public void ScanJson_EveryFormOfAnExport_IsUnderstood(string json)
    {
        var finding = ScanJson(json.Replace("TOKEN", GitHubToken, StringComparison.Ordinal)).Findings.ShouldContain("github-token");

        finding.EventId.ShouldBe(1);
        finding.EventType.ShouldBe("WorkflowExecutionStarted");
    }

    [Theory]
    [InlineData("{}", "without `events`")]
    [InlineData("""{"data":{"events":1}}""", "without `events`")]
    [InlineData("\u0001\u0002", "It is no JSON")]
    public void ScanJson_NoHistory_SaysWhatToDo(string json, string message) =>
        Should.Throw<ArgumentException>(() => ScanJson(json)).Message.ShouldSatisfyAllConditions(m => m.ShouldContain(message), m => m.ShouldContain("temporal workflow show --output json"));

    [Theory]
    [InlineData("""{"apiToken":"s3cr3t-of-no-shape"}""", true)]
    [InlineData("""{"args":"{\"db_password\":\"hunter2hunter2\"}"}""", true)]
    [InlineData("""{"apiToken":{"name":"root","epoch":2,"fingerprint":"8f14e45fceea167a5a36dedd4bea2543"}}""", false)]
    [InlineData("""{"password":"************","apiKey":"[redacted value]","clientSecret":"https://vault/secret/crm","accessToken":"see the vault for it"}""", false)]
    public void Scan_TokenWithoutAShape_IsKnownByItsName(string json, bool isFound) =>
        Scan(Signalled(json)).Select(f => f.Kind).ShouldBe(isFound ? ["secret-by-name"] : []);

    [Fact]
    public void Scan_ValueThatJsonEscapes_IsFound() =>
        Scan(Signalled("""{"v":"a\u002dplanted\u002dvalue\/of the \u0074est"}"""), new ValuePattern("canary", "a-planted-value/of the test")).ShouldContain("canary");

    private static string GitHubToken => "ghp_" + new string('a', 36);

    private static string SlackToken => "xoxb-" + "123456789012-abcdefghij";

    private static ReadOnlyMemory<byte> Utf8(string text) => Encoding.UTF8.GetBytes(text);

    private static ScanResult ScanJson(string json) => new HistoryScanner([]).ScanJson("h", Utf8(json));

    private static IReadOnlyList<Finding> Scan(HistoryEvent item, params ValuePattern[] values) => new HistoryScanner(values).Scan("h", [item]).Findings;

    private static Payload Coded(string encoding, byte[] data) => new() { Metadata = { ["encoding"] = ByteString.CopyFromUtf8(encoding) }, Data = ByteString.CopyFrom(data) };

    private static HistoryEvent Signalled(string json) => Signalled(Json(json));

    private static HistoryEvent Signalled(Payload payload) => new()
    {
        EventId = 3,
        EventType = EventType.WorkflowExecutionSignaled,
        WorkflowExecutionSignaledEventAttributes = new() { SignalName = "note", Input = new() { Payloads_ = { payload } } },
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

file sealed class OneKey : IPayloadKeys
{
    public PayloadKey Current { get; } = new("key-1", new byte[32]);

    public PayloadKey? Find(string id) => id == Current.Id ? Current : null;
}
