using System.Net;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Mandate.Acceptance.Tests.Support;
using Mandate.Acceptance.Tests.Workflows;
using Mandate.Audit;
using Mandate.Protocol.Api.Common.V1;

namespace Mandate.Acceptance.Tests.Edge;

/// <summary>The whole program with encrypted payloads, and the endpoint by which operators read them.</summary>
public sealed class PayloadEncryptionTests : IAsyncLifetime, IDisposable
{
    private const string Canary = "canary-7f3a";
    private const string Page = "https://temporal.example.com";

    private readonly TemporaryDirectory _directory = new();
    private TestIdentityProvider _identities = null!;
    private ServiceProcess _service = null!;

    public async Task InitializeAsync()
    {
        _identities = await TestIdentityProvider.StartAsync();
        var (exit, _, error) = await ServiceProcess.CaptureAsync(_directory, new Dictionary<string, string>(), "payload-keys", "rotate", "--key-file", KeyFile);
        exit.ShouldBe(0, error);
        _service = await ServiceProcess.UpAsync(_directory, new Dictionary<string, string>([.. _identities.Settings, .. ServiceFixture.Workers])
        {
            ["MANDATE_PAYLOADS__KEYFILE"] = KeyFile,
            ["MANDATE_CODEC__ENABLED"] = "true",
            ["MANDATE_CODEC__ALLOWEDORIGINS__0"] = Page,
        });
    }

    private string KeyFile => _directory.File("payload-keys.json");

    public async Task DisposeAsync()
    {
        await _service.DisposeAsync();
        await _identities.DisposeAsync();
    }

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Run_WithKeys_IsUnreadableInHistoryAndReadableForItsTenantAndOperators()
    {
        var workflowId = $"sealed-{Guid.NewGuid():N}";
        using var alice = new RestClient(_service.Rest, _identities.Token("alice", "acme"));
        Expect.Success(await alice.PostAsync("/v1/executions", new { workflowType = EchoWorkflow.TypeName, workflowId, input = Canary }), HttpStatusCode.Created);

        (await RestWait.UntilEndedAsync(alice, workflowId)).GetProperty("result").GetProperty("Text").GetString().ShouldBe(Canary);

        await using var engine = new EngineClient(_service.Grpc, _identities.OperatorToken());
        var history = await engine.HistoryAsync(workflowId);
        var bytes = Encoding.Latin1.GetString(new Protocol.Api.History.V1.History { Events = { history } }.ToByteArray());
        bytes.ShouldContain("binary/encrypted");
        bytes.ShouldNotContain(Canary);
        bytes.ShouldContain("mandate-principal");

        var input = history[0].WorkflowExecutionStartedEventAttributes.Input;
        using var operators = new RestClient(_service.Rest, _identities.Token("oscar", "acme", t => t.Claims["scope"] = "mandate:codec"));
        var decoded = Expect.Success(await CodecAsync(operators, "decode", input), HttpStatusCode.OK);
        Encoding.UTF8.GetString(decoded.GetProperty("payloads")[0].GetProperty("data").GetBytesFromBase64()).ShouldBe($"\"{Canary}\"");
        var encoded = Expect.Success(await CodecAsync(operators, "encode", JsonParser.Default.Parse<Payloads>(decoded.ToString())), HttpStatusCode.OK);
        encoded.ToString().ShouldNotContain(Convert.ToBase64String(Encoding.UTF8.GetBytes($"\"{Canary}\"")));
        Expect.Success(await CodecAsync(operators, "decode", JsonParser.Default.Parse<Payloads>(encoded.ToString())), HttpStatusCode.OK).ToString().ShouldBe(decoded.ToString());

        var recorded = await operators.AuditEventsAsync("&type=payload.decode");
        recorded.Count.ShouldBe(2);
        recorded[0].GetProperty("actor").GetProperty("id").GetString().ShouldBe("oscar");
        recorded[0].GetProperty("metadata").GetProperty("payloads").GetString().ShouldBe("1");
        (await IsStoredAsync("binary/encrypted")).ShouldBeTrue("the scan finds what is there");
        (await IsStoredAsync(Canary)).ShouldBeFalse("no file of the service holds it in clear");
    }

    [Fact]
    public async Task Decode_WithoutTokenOrScopeOrOfAnotherNamespace_IsRefusedAndAudited()
    {
        using var nobody = new RestClient(_service.Rest, token: null);
        using var alice = new RestClient(_service.Rest, _identities.Token("alice", "acme"));
        using var operators = new RestClient(_service.Rest, _identities.Token("oscar", "acme", t => t.Claims["scope"] = "mandate:codec"));

        Expect.Problem(await CodecAsync(nobody, "decode", new()), HttpStatusCode.Unauthorized, "unauthenticated");
        Expect.Problem(await CodecAsync(alice, "decode", new()), HttpStatusCode.Forbidden, "forbidden");
        Expect.Problem(await CodecAsync(operators, "decode", new(), @namespace: "staging"), HttpStatusCode.BadRequest, "invalid-request");
        var foreign = new Payloads { Payloads_ = { new Payload { Metadata = { ["encoding"] = ByteString.CopyFromUtf8("binary/encrypted"), ["encryption-key-id"] = ByteString.CopyFromUtf8("none") } } } };
        Expect.Problem(await CodecAsync(operators, "decode", foreign), HttpStatusCode.BadRequest, "invalid-request");

        var denied = (await Ledger.ReadAsync(_directory, "acme")).Where(e => e.Type == "payload.decode").ToList();
        denied.Select(e => (e.Actor.Id, e.Result, e.Metadata["reason"])).ShouldBe(
            [("alice", AuditResult.Denied, "scope-missing"), ("oscar", AuditResult.Denied, "namespace"), ("oscar", AuditResult.Denied, "payload-unreadable")]);
    }

    [Fact]
    public async Task Preflight_OfAConfiguredPage_IsAllowedAndOfAnotherIsNot()
    {
        using var browser = new HttpClient { BaseAddress = _service.Rest };

        (await PreflightAsync(Page)).ShouldBe((Page, true));
        (await PreflightAsync("https://mallory.example.com")).ShouldBe((null, false));

        async Task<(string? Origin, bool Headers)> PreflightAsync(string origin)
        {
            using var request = new HttpRequestMessage(HttpMethod.Options, "/codec/decode");
            request.Headers.Add("Origin", origin);
            request.Headers.Add("Access-Control-Request-Method", "POST");
            request.Headers.Add("Access-Control-Request-Headers", "authorization,content-type,x-namespace");
            using var response = await browser.SendAsync(request);
            return (Value("Access-Control-Allow-Origin"), Value("Access-Control-Allow-Headers")?.Contains("X-Namespace", StringComparison.OrdinalIgnoreCase) is true);

            string? Value(string name) => response.Headers.TryGetValues(name, out var values) ? string.Join(',', values) : null;
        }
    }

    private static async Task<(HttpStatusCode Status, JsonElement Body)> CodecAsync(RestClient client, string what, Payloads payloads, string @namespace = "default")
    {
        using var body = RestClient.JsonContent(JsonFormatter.Default.Format(payloads));
        return await client.PostAsync($"/codec/{what}", body, ("X-Namespace", @namespace), ("Origin", Page));
    }

    private async Task<bool> IsStoredAsync(string text)
    {
        foreach (var file in Directory.GetFiles(_directory.File("data"), "*", SearchOption.AllDirectories).Where(f => !f.EndsWith(".lock", StringComparison.Ordinal)))
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var memory = new MemoryStream();
            await stream.CopyToAsync(memory);
            if (Encoding.Latin1.GetString(memory.ToArray()).Contains(text, StringComparison.Ordinal))
                return true;
        }

        return false;
    }
}
