using Mandate.Audit;
using Mandate.Auditing;
using Mandate.Authentication;
using Mandate.Configuration;
using Mandate.Identity.Callers;
using Mandate.Protocol.Grpc;
using Mandate.Telemetry;

namespace Mandate.Hosting;

/// <summary>
/// The pipeline in front of a cluster: a listener, the stages, a channel. It keeps nothing that a call needs: any number of gateways with the same keys may stand in front of one cluster, and
/// one that dies is replaced by another in the middle of a task. Each has a ledger of its own.
/// </summary>
internal sealed class GatewayService : IAsyncDisposable
{
    private readonly Stack<IAsyncDisposable> _parts = new();
    private CallerAuthenticator? _callers;

    private GatewayService()
    {
    }

    /// <summary>Where it listens, <c>host:port</c>.</summary>
    public string Address { get; private set; } = "";

    /// <summary>Starts it as the settings say; what had started is stopped again when a part fails.</summary>
    /// <exception cref="ConfigurationException">A setting is wrong.</exception>
    /// <exception cref="IOException">An address cannot be listened on, or a file cannot be used.</exception>
    public static async Task<GatewayService> StartAsync(MandateOptions options, ILoggerFactory loggers, CancellationToken cancellation)
    {
        OptionsValidator.ForGateway(options);
        var service = new GatewayService();
        try
        {
            await service.StartPartsAsync(options, loggers, cancellation);
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
        _callers?.Dispose();
    }

    private async Task StartPartsAsync(MandateOptions options, ILoggerFactory loggers, CancellationToken cancellation)
    {
        if (TelemetryExport.Start(options.Telemetry) is { } telemetry)
            _parts.Push(telemetry);
        PrivateDirectory.Create(options.DataDirectory);
        var identity = await ServiceIdentity.OpenAsync(options, loggers, cancellation);
        _parts.Push(identity);
        var ledger = await ServiceLedger.OpenAsync(options, loggers, cancellation);
        _parts.Push(ledger);
        var backend = await WorkflowBackend.StartAsync(options, loggers, cancellation);
        _parts.Push(backend);
        _callers = CallerAuthenticationFactory.Create(options, developmentAuthority: null, loggers);
        var tokens = await TokenVault.OpenAsync(options, loggers, cancellation);
        _parts.Push(tokens);
        var health = new LedgerHealth();
        var noticed = new NoticedEvents(ledger.Recorder, health, loggers);
        _parts.Push(noticed);
        backend.Authenticate(noticed);
        _parts.Push(new KeyWatch(noticed, [ServiceKeys.Signing(identity), ServiceKeys.Api(_callers)]));
        var pipeline = await PipelineFactory.StartAsync(options, backend.Connection.Handler, ledger, health, identity, _callers, tokens, loggers, cancellation);
        _parts.Push(pipeline);
        _parts.Push(TokenCleanup.Start(options.ApiTokens, tokens, backend.Connection.Handler, loggers));
        _parts.Push(new VaultKeyAudit(tokens.Vault.Keys, ledger.Recorder, health, loggers));
        _parts.Push(NamespacePreparation.Start(pipeline, options.Temporal.Namespace, loggers));
        var listener = await GrpcListener.StartAsync(pipeline.Handler, ListenerSettings.Of(options, loggers), cancellation);
        _parts.Push(listener);
        Address = listener.Address;
    }
}
