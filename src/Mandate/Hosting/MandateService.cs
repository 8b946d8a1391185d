using Mandate.Audit;
using Mandate.Auditing;
using Mandate.Authentication;
using Mandate.Commands;
using Mandate.Configuration;
using Mandate.Development.IdentityProvider;
using Mandate.Executions;
using Mandate.Rest;
using Mandate.Sealing;
using Mandate.Stateful;
using Mandate.Telemetry;
using Mandate.Temporal.Client;
using Mandate.Workers;

namespace Mandate.Hosting;

/// <summary>
/// The whole service in one process: 1. engine (or channel to a cluster) and ledger open, at the same time, 2. the gRPC listener, 3. the hosted workers,
/// 4. the REST API. It stops in the opposite order.
/// </summary>
internal sealed class MandateService : IAsyncDisposable
{
    private readonly Stack<IAsyncDisposable> _parts = new();
    private readonly List<IDisposable> _disposables = [];

    private MandateService()
    {
    }

    /// <summary>Where the REST API listens.</summary>
    public Uri RestAddress { get; private set; } = null!;

    /// <summary>Where the gRPC listener listens, <c>host:port</c>; null without one.</summary>
    public string? GrpcAddress { get; private set; }

    /// <summary>Where workflows run.</summary>
    public WorkflowConnection Connection { get; private set; } = null!;

    /// <summary>The ledger.</summary>
    public AuditLedger Ledger { get; private set; } = null!;

    /// <summary>The development identity provider; null unless the settings ask for it.</summary>
    public DevelopmentIdentityProvider? IdentityProvider { get; private set; }

    /// <summary>Ends when hosted workers have ended, and fails when one failed for good; never ends without hosted workers.</summary>
    public Task WorkersEnded { get; private set; } = Ends.Never;

    /// <summary>Time from the start of the process until the engine was ready for workers and clients.</summary>
    public TimeSpan EngineReadyAfter { get; private set; }

    /// <summary>Time from the start of the process until everything was ready.</summary>
    public TimeSpan ReadyAfter { get; private set; }

    /// <summary>Starts the service as the settings say; what had started is stopped again when a part fails.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="loggers">Where everything logs.</param>
    /// <param name="cancellation">Gives up starting.</param>
    /// <param name="identityProvider">Client and observer of the development identity provider, when the settings ask for one.</param>
    /// <exception cref="ConfigurationException">A setting is wrong.</exception>
    /// <exception cref="IOException">An address cannot be listened on, or a file cannot be used.</exception>
    public static async Task<MandateService> StartAsync(
        MandateOptions options, ILoggerFactory loggers, CancellationToken cancellation, DevelopmentIdentityProviderOptions? identityProvider = null)
    {
        OptionsValidator.ForService(options);
        var service = new MandateService();
        try
        {
            await service.StartPartsAsync(options, identityProvider, loggers, cancellation);
            return service;
        }
        catch
        {
            await service.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        while (_parts.TryPop(out var part))
            await part.DisposeAsync();
        _disposables.ForEach(d => d.Dispose());
    }

    private async Task StartPartsAsync(MandateOptions options, DevelopmentIdentityProviderOptions? identityProvider, ILoggerFactory loggers, CancellationToken cancellation)
    {
        if (TelemetryExport.Start(options.Telemetry) is { } telemetry)
            _parts.Push(telemetry);
        PrivateDirectory.Create(options.DataDirectory);
        var provider = StartIdentityProviderAsync(options, identityProvider, loggers, cancellation);
        var backendStart = Task.Run(() => WorkflowBackend.StartAsync(options, loggers, cancellation), cancellation);
        var identityStart = Task.Run(() => ServiceIdentity.OpenAsync(options, loggers, cancellation), cancellation);
        var ledgerStart = OpenLedgerAsync(options, identityStart, loggers, cancellation);
        var tokensStart = Task.Run(() => TokenVault.OpenAsync(options, loggers, cancellation), cancellation);
        await KeepAllAsync(provider, identityStart, ledgerStart, tokensStart, backendStart);

        IdentityProvider = await provider;
        var serviceLedger = await ledgerStart;
        Ledger = serviceLedger.Ledger;
        var (backend, identity, tokens) = (await backendStart, await identityStart, await tokensStart);
        var callers = CallerAuthenticationFactory.Create(options, IdentityProvider?.Authority, loggers);
        _disposables.Add(callers);
        var ledgerHealth = new LedgerHealth();
        var noticed = new NoticedEvents(serviceLedger.Recorder, ledgerHealth, loggers);
        _parts.Push(noticed);
        backend.Authenticate(noticed);
        Connection = backend.Connection;
        var pipeline = await PipelineFactory.StartAsync(options, Connection.Handler, serviceLedger, ledgerHealth, identity, callers, tokens, loggers, cancellation);
        _parts.Push(pipeline);
        _parts.Push(TokenCleanup.Start(options.ApiTokens, tokens, Connection.Handler, loggers));
        _parts.Push(new VaultKeyAudit(tokens.Vault.Keys, serviceLedger.Recorder, ledgerHealth, loggers));
        var preparation = NamespacePreparation.Start(pipeline, Connection.Namespace, loggers);
        _parts.Push(preparation);
        if (options.Temporal.Address is null)
        {
            await preparation.Done;
            if (options.Grpc.Enabled)
                await backend.ListenAsync(options, pipeline.Handler, loggers, cancellation);
        }

        GrpcAddress = backend.GrpcAddress;
        EngineReadyAfter = ProcessClock.SinceStart();

        var sealing = await PayloadSealing.OpenAsync(options, loggers, cancellation);
        _parts.Push(sealing);
        IEnumerable<KeySet> keys = [ServiceKeys.Signing(identity), ServiceKeys.Api(callers), .. sealing.Keys is { } payloadKeys ? [ServiceKeys.Payloads(payloadKeys)] : Array.Empty<KeySet>()];
        _parts.Push(new KeyWatch(noticed, keys));
        var authority = new VaultTokenAuthority(tokens.Vault, serviceLedger.Recorder, family: new(Connection.Handler, identity.Verifier, Connection.Namespace));
        var client = new TemporalClient(
            pipeline.For(PipelineFactory.HostedWorker), new TemporalClientOptions { Namespace = options.Temporal.Namespace, DataConverter = sealing.Converter, LoggerFactory = loggers });
        _parts.Push(client);
        var workers = WorkerHost.Start(options, client, identity.Verifier, identity.Signer, authority, loggers);
        _parts.Push(workers);
        if (options.Workers.Count > 0)
            WorkersEnded = workers.Completion;
        var catalogue = new WorkflowCatalogue(workers.Workflows, options.Workflows);
        var rest = await RestServer.StartAsync(
            new RestServerParts(options, Connection with { Codec = sealing.Codec }, pipeline, catalogue, serviceLedger, ledgerHealth, identity, callers, sealing.Codec, tokens, authority), loggers, cancellation);
        _parts.Push(rest);
        RestAddress = rest.Address;
        ReadyAfter = ProcessClock.SinceStart();
    }

    /// <summary>Opens the ledger once there are keys: a ledger without keys is how lost keys are noticed.</summary>
    private static async Task<ServiceLedger> OpenLedgerAsync(MandateOptions options, Task keys, ILoggerFactory loggers, CancellationToken cancellation)
    {
        await keys;
        return await ServiceLedger.OpenAsync(options, loggers, cancellation);
    }

    private static async Task<DevelopmentIdentityProvider?> StartIdentityProviderAsync(
        MandateOptions options, DevelopmentIdentityProviderOptions? identityProvider, ILoggerFactory loggers, CancellationToken cancellation)
    {
        if (!options.Development.IdentityProvider || !ListenAddress.TryParse(options.Development.IdentityProviderAddress, out var address, out _))
            return null;
        return await DevelopmentIdentityProvider.StartAsync(
            (identityProvider ?? new DevelopmentIdentityProviderOptions { ClientSecret = DevelopmentSecret.Create() }) with
            {
                Environment = options.Environment,
                ListenOn = address.EndPoint,
                LoggerFactory = loggers,
            },
            cancellation);
    }

    /// <summary>
    /// Waits for parts that start at the same time. Those that did start are kept in the order given, even when another failed, so that they stop in the opposite one: the listener before
    /// the ledger it records in.
    /// </summary>
    private async Task KeepAllAsync(params Task[] starts)
    {
        await Task.WhenAll(starts).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var start in starts)
        {
            if (start is { IsCompletedSuccessfully: true } && ResultOf(start) is { } part)
                _parts.Push(part);
        }

        await Task.WhenAll(starts);
    }

    private static IAsyncDisposable? ResultOf(Task start) => start switch
    {
        Task<DevelopmentIdentityProvider?> provider => provider.Result,
        Task<ServiceIdentity> identity => identity.Result,
        Task<ServiceLedger> ledger => ledger.Result,
        Task<TokenVault> tokens => tokens.Result,
        Task<WorkflowBackend> backend => backend.Result,
        _ => null,
    };
}
