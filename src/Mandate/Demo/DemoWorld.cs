using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using Mandate.Configuration;
using Mandate.Credentials;
using Mandate.Demo.Canary;
using Mandate.Development.Downstream;
using Mandate.Development.IdentityProvider;
using Mandate.Development.Orders;
using Mandate.Hosting;
using Mandate.Identity;
using Mandate.Identity.Keys;

namespace Mandate.Demo;

/// <summary>Everything the demonstration runs on, on loopback and in a temporary directory: the service, the development identity provider, the sample service.</summary>
internal sealed class DemoWorld : IAsyncDisposable
{
    /// <summary>What the service calls itself at the identity provider.</summary>
    public const string ClientId = "orders-service";

    private const string WorkerApplication = "orders";

    /// <summary>The development identity provider's audience for this service.</summary>
    private const string UserAudience = "mandate";

    /// <summary>Shorter than the order's timer, so that the worker has another token when the timer has fired.</summary>
    private static readonly TimeSpan WorkerTokenLife = OrderWorkflow.Reflection / 2;

    private readonly Secret _clientSecret = DevelopmentSecret.Create();
    private readonly ConcurrentQueue<IssuedToken> _issued = new();
    private readonly FileLoggerProvider _log;
    private readonly ILoggerFactory _loggers;
    private SampleService? _warehouse;
    private MandateService? _service;
    private RemoteKeySet? _keys;

    private DemoWorld(string root, IConfiguration configuration)
    {
        Root = root;
        Directory.CreateDirectory(Logs);
        _log = new FileLoggerProvider(Path.Combine(Logs, "service.log"));
        _loggers = ProgramLogging.To(_log, configuration);
    }

    /// <summary>The temporary directory.</summary>
    public string Root { get; }

    /// <summary>Directory of the logs.</summary>
    public string Logs => Path.Combine(Root, "logs");

    /// <summary>The data directory of the service.</summary>
    public string Data => Path.Combine(Root, "data");

    /// <summary>The service.</summary>
    public MandateService Service => _service ?? throw new InvalidOperationException("The service has not been started.");

    /// <summary>The sample service.</summary>
    public SampleService Warehouse => _warehouse ?? throw new InvalidOperationException("The sample service has not been started.");

    /// <summary>Verifies principals with the published keys, as any third party would.</summary>
    public PrincipalVerifier Verifier { get; private set; } = null!;

    /// <summary>A value that is put where it can be found, in a note and in a log.</summary>
    public string Control { get; } = $"control-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24))}";

    /// <summary>Id of the order. It is random as well, so that it is the control of the ledger, which holds ids and no notes.</summary>
    public string WorkflowId { get; } = $"order-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12))}";

    /// <summary>Logs to the service's log.</summary>
    public ILoggerFactory Loggers => _loggers;

    /// <summary>Starts it all.</summary>
    /// <exception cref="ConfigurationException">The environment is not one for development.</exception>
    public static async Task<DemoWorld> StartAsync(string environment, IConfiguration logging, CancellationToken cancellation)
    {
        // Before anything is created: nothing of this has any business in production.
        Development.DevelopmentOnly.Require("demonstration", environment, System.Net.IPAddress.Loopback);
        var world = new DemoWorld(Directory.CreateTempSubdirectory("mandate-demo-").FullName, logging);
        try
        {
            await world.StartPartsAsync(environment, cancellation);
            return world;
        }
        catch
        {
            await world.DisposeAsync();
            throw;
        }
    }

    /// <summary>Every token that was issued and every secret, to look for.</summary>
    public IReadOnlyList<CanaryValue> Secrets() =>
    [
        new("client secret", _clientSecret.Reveal()),
        .. _issued.Select((issued, i) => CanaryValue.Token(string.Create(CultureInfo.InvariantCulture, $"access token {i + 1}"), issued.Token)),
    ];

    /// <summary>How many tokens workers have been given so far to poll for tasks with.</summary>
    public int WorkerTokens => _issued.Count(issued => issued.IsWorkers);

    /// <summary>A worker's token, for one that has been taken over.</summary>
    public async Task<string> WorkerTokenAsync(CancellationToken cancellation)
    {
        using var source = new ClientCredentialsTokenSource(new ClientCredentialsOptions
        {
            TokenEndpoint = Service.IdentityProvider!.TokenEndpoint, ClientId = ClientId, ClientSecret = _clientSecret, Audience = UserAudience, Scopes = [DevelopmentIdentityProvider.WorkerScope],
        });
        return (await source.GetTokenAsync(cancellation: cancellation)).Value.Reveal();
    }

    /// <summary>Starts a worker process for both task queues.</summary>
    public WorkerProcess StartWorker(int number) => WorkerProcess.Start(
        new Dictionary<string, string>(DemoSettings.Logging.Select(l => new KeyValuePair<string, string>(l.Key.Replace(":", "__", StringComparison.Ordinal), l.Value!)))
        {
            ["MANDATE_ENVIRONMENT"] = Environments.Development,
            ["TEMPORAL_ADDRESS"] = Service.GrpcAddress!,
            ["TEMPORAL_NAMESPACE"] = Service.Connection.Namespace,
            ["MANDATE_DATADIRECTORY"] = Path.Combine(Root, "worker"),
            ["MANDATE_WORKFLOW_AUTH_ENABLED"] = "true",
            ["MANDATE_WORKFLOW_AUTH_URL"] = Service.IdentityProvider!.TokenEndpoint.ToString(),
            ["MANDATE_WORKFLOW_AUTH_SCOPES"] = DevelopmentIdentityProvider.WorkerScope,
            ["MANDATE_WORKFLOW_AUTH_AUDIENCE"] = UserAudience,
            ["MANDATE_APPLICATION_NAME"] = WorkerApplication,
            [$"MANDATE_{WorkerApplication}_client_id"] = ClientId,
            [$"MANDATE_{WorkerApplication}_client_secret"] = _clientSecret.Reveal(),
            ["MANDATE_IDENTITY__KEYSADDRESS"] = KeysAddress.ToString(),
            ["MANDATE_CREDENTIALS__TOKENENDPOINT"] = Service.IdentityProvider!.TokenEndpoint.ToString(),
            ["MANDATE_CREDENTIALS__CLIENTID"] = ClientId,
            ["MANDATE_CREDENTIALS__CLIENTSECRET"] = _clientSecret.Reveal(),
            [$"MANDATE_SERVICES__{Development.Orders.Warehouse.ServiceName}__BASEADDRESS"] = Warehouse.Address.ToString(),
            [$"MANDATE_SERVICES__{Development.Orders.Warehouse.ServiceName}__AUDIENCE"] = SampleService.Audience,
            ["MANDATE_WORKERS__0__ASSEMBLY"] = OwnAssembly,
            ["MANDATE_WORKERS__0__TASKQUEUE"] = OrderWorkflow.TaskQueue,
            ["MANDATE_WORKERS__0__TYPES__0"] = typeof(OrderWorkflow).FullName!,
            ["MANDATE_WORKERS__0__TYPES__1"] = typeof(OrderActivities).FullName!,
            ["MANDATE_WORKERS__0__STICKYTIMEOUT"] = "00:00:01",
            ["MANDATE_WORKERS__1__ASSEMBLY"] = OwnAssembly,
            ["MANDATE_WORKERS__1__TASKQUEUE"] = ShippingWorkflow.TaskQueue,
            ["MANDATE_WORKERS__1__TYPES__0"] = typeof(ShippingWorkflow).FullName!,
            ["MANDATE_WORKERS__1__TYPES__1"] = typeof(ShippingActivities).FullName!,
            ["MANDATE_WORKERS__1__STICKYTIMEOUT"] = "00:00:01",
        },
        Path.Combine(Logs, string.Create(CultureInfo.InvariantCulture, $"worker-{number}.log")));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _keys?.Dispose();
        if (_service is not null)
            await _service.DisposeAsync();
        if (_warehouse is not null)
            await _warehouse.DisposeAsync();
        _loggers.Dispose();
        _log.Dispose();
        _clientSecret.Dispose();
        Directory.Delete(Root, recursive: true);
    }

    private static string OwnAssembly => typeof(DemoWorld).Assembly.GetName().Name!;

    private Uri KeysAddress => new(Service.RestAddress, "/.well-known/jwks.json");

    private async Task StartPartsAsync(string environment, CancellationToken cancellation)
    {
        var options = new MandateOptions
        {
            Environment = environment,
            DataDirectory = Data,
            Rest = { Address = "http://127.0.0.1:0" },
            Grpc = { Address = "127.0.0.1:0" },
            Development = { IdentityProvider = true, IdentityProviderAddress = "http://127.0.0.1:0" },
            Workflows =
            {
                [OrderWorkflow.TypeName] = new WorkflowOptions { TaskQueue = OrderWorkflow.TaskQueue },
                [ShippingWorkflow.TypeName] = new WorkflowOptions { TaskQueue = ShippingWorkflow.TaskQueue },
            },
        };
        _service = await MandateService.StartAsync(
            options, _loggers, cancellation, new DevelopmentIdentityProviderOptions { ClientId = ClientId, ClientSecret = _clientSecret, WorkerTokenLife = WorkerTokenLife, Issued = _issued.Enqueue });
        _warehouse = await SampleService.StartAsync(environment, _service.IdentityProvider!.Authority, _loggers, cancellation);
        _keys = new RemoteKeySet(KeysAddress, loggers: _loggers);
        await _keys.LoadAsync(cancellation);
        Verifier = new PrincipalVerifier(_keys, new PrincipalVerifierOptions { Issuer = options.Identity.Issuer });
    }
}
