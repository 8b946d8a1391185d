using System.Net;
using System.Text;
using System.Text.Json;
using System.Buffers.Text;
using Mandate.Acceptance.Tests.Support;
using Mandate.Acceptance.Tests.Workflows;
using Mandate.Testing;
using Microsoft.AspNetCore.Builder;
using Warehouse;

namespace Mandate.Acceptance.Tests.Downstream;

/// <summary>The program, a real identity provider, a service that records, and the sample service: activities call both services.</summary>
public sealed class DownstreamFixture : IAsyncLifetime
{
    public const string Client = "orders-worker";

    private ServiceProcess _service = null!;

    internal Support.TemporaryDirectory Directory { get; } = new();

    internal OidcProvider Provider { get; private set; } = null!;

    internal RecordingService Recorder { get; private set; } = null!;

    internal RecordingService Elsewhere { get; private set; } = null!;

    internal WebApplication Warehouse { get; private set; } = null!;

    internal string DataDirectory => Directory.File("data");

    internal string ServiceOutput => _service.Output;

    public async Task InitializeAsync()
    {
        Provider = await OidcProvider.StartAsync();
        Recorder = await RecordingService.StartAsync();
        Elsewhere = await RecordingService.StartAsync();
        Warehouse = WarehouseApp.Build(["--urls", "http://127.0.0.1:0", "--Authority", Provider.Issuer.OriginalString, "--Audience", "warehouse", "--TrustedServices:0", Client, "--Logging:LogLevel:Default", "None"]);
        await Warehouse.StartAsync();
        var settings = new Dictionary<string, string>
        {
            ["MANDATE_AUTHENTICATION__AUTHORITY"] = Provider.Issuer.OriginalString,
            ["MANDATE_AUTHENTICATION__AUDIENCE"] = "mandate",
            ["MANDATE_WORKERS__0__ASSEMBLY"] = typeof(ReserveWorkflow).Assembly.Location,
            ["MANDATE_WORKERS__0__TASKQUEUE"] = "reservations",
            ["MANDATE_WORKERS__0__TYPES__0"] = typeof(ReserveWorkflow).FullName!,
            ["MANDATE_WORKERS__0__TYPES__1"] = typeof(ReserveActivities).FullName!,
            ["MANDATE_CREDENTIALS__TOKENENDPOINT"] = Provider.TokenEndpoint.OriginalString,
            ["MANDATE_CREDENTIALS__PROVIDER"] = Provider.Issuer.OriginalString,
            ["MANDATE_CREDENTIALS__CLIENTID"] = Client,
            ["MANDATE_CREDENTIALS__CLIENTSECRET"] = "s3cr3t-canary",
        };
        Service("recorder", Recorder.Address, "recorder", "Headers");
        Service("second", Recorder.Address, "second", "Headers");
        Service("warehouse", Warehouse.Urls.Single(), "warehouse", "Headers");
        Service("exchanging", Warehouse.Urls.Single(), "warehouse", "ExchangedToken");
        Service("falling-back", Warehouse.Urls.Single(), "warehouse", "ExchangedTokenOrHeaders");
        _service = await ServiceProcess.UpAsync(Directory, settings);

        void Service(string name, string address, string audience, string user)
        {
            settings[$"MANDATE_SERVICES__{name}__BASEADDRESS"] = address;
            settings[$"MANDATE_SERVICES__{name}__AUDIENCE"] = audience;
            settings[$"MANDATE_SERVICES__{name}__USER"] = user;
        }
    }

    public async Task DisposeAsync()
    {
        await _service.DisposeAsync();
        await Warehouse.DisposeAsync();
        await Recorder.DisposeAsync();
        await Elsewhere.DisposeAsync();
        await Provider.DisposeAsync();
        Directory.Dispose();
    }

    /// <summary>Lets alice of acme reserve at the services; what they answered, and alice's own token.</summary>
    internal async Task<(IReadOnlyList<string> Answers, JsonElement Execution, string UsersToken)> ReserveAsync(params string[] services)
    {
        var token = await Provider.UserTokenAsync("alice", "acme", "mandate");
        using var alice = new RestClient(_service.Rest, token);
        var workflowId = $"reserve-{Guid.NewGuid():N}";
        Expect.Success(await alice.PostAsync("/v1/executions", new { workflowType = ReserveWorkflow.TypeName, workflowId, input = services }), HttpStatusCode.Created);
        var execution = await RestWait.UntilEndedAsync(alice, workflowId);
        IReadOnlyList<string> answers = execution.TryGetProperty("result", out var result) && result.ValueKind is JsonValueKind.Array ? [.. result.EnumerateArray().Select(a => a.GetString()!)] : [];
        return (answers, execution, token);
    }

    /// <summary>Lets the identity provider exchange what the service states, or not.</summary>
    internal async Task AllowExchangeAsync(bool allowed)
    {
        using var anybody = new RestClient(_service.Rest, token: null);
        var keys = (await anybody.GetAsync("/.well-known/jwks.json")).Body.ToString();
        await Provider.ConfigureAsync(Provider.Options with
        {
            TrustedIssuers = new Dictionary<string, string> { ["mandate"] = keys },
            Clients = [new OidcClient(Client, "s3cr3t-canary") { Grants = [OidcProvider.ClientCredentialsGrant, OidcProvider.PasswordGrant, .. allowed ? (string[])[OidcProvider.TokenExchangeGrant] : []] }],
        });
    }

    internal static JsonElement Claims(string token) => JsonElement.Parse(Encoding.UTF8.GetString(Base64Url.DecodeFromChars(token.Split('.')[1])));
}
