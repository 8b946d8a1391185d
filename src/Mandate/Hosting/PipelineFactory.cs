using Mandate.Configuration;
using Mandate.Gateway;
using Mandate.Identity;
using Mandate.Protocol;
using Mandate.Stateful.Sealing;

namespace Mandate.Hosting;

/// <summary>Puts the pipeline in front of the engine or cluster, as the settings say.</summary>
internal static class PipelineFactory
{
    /// <summary>Workers in this process. They are the service's own and serve every tenant.</summary>
    public static readonly Caller HostedWorker = new() { Subject = "hosted-worker", Kind = CallerKind.Worker, CredentialId = "in-process" };

    /// <summary>Whoever calls from a development machine without credentials.</summary>
    private static readonly Caller Developer = new() { Subject = "development", Kind = CallerKind.Worker, CredentialId = "none", Scopes = ["mandate:operator"] };

    /// <exception cref="ConfigurationException">The policy or the token keys cannot be used.</exception>
    public static async Task<GatewayPipeline> StartAsync(
        MandateOptions options, RpcHandler engine, ServiceLedger ledger, LedgerHealth health, ServiceIdentity identity, ICallerAuthenticator callers, TokenVault tokens, ILoggerFactory loggers, CancellationToken cancellation)
    {
        try
        {
            return await GatewayPipeline.StartAsync(
                engine,
                new GatewayOptions
                {
                    Authenticator = callers,
                    Recorder = ledger.Recorder,
                    Signer = identity.Signer,
                    Verifier = identity.Verifier,
                    TokenKeyFile = options.Gateway.TokenKeyFile ?? Path.Combine(options.DataDirectory, "token-keys.json"),
                    PolicyFile = options.Gateway.PolicyFile,
                    LoopbackCaller = options.Development.AnonymousCallers ? Developer : null,
                    AllowAnonymousSystemInfo = options.Gateway.AllowAnonymousSystemInfo,
                    SystemPrincipal = options.Identity.AllowSystemPrincipal is { } system ? new Principal(system.User!, system.Tenant!) : null,
                    TenantAttribute = options.Gateway.TenantAttribute,
                    LedgerAnswered = isWritten =>
                    {
                        if (!isWritten)
                            health.Failed();
                    },
                    ExtraStages =
                    [
                        new ApiTokenStage(new()
                        {
                            Vault = tokens.Vault,
                            Verifier = identity.Verifier,
                            Engine = engine,
                            Recorder = ledger.Recorder,
                            DefaultHosts = tokens.DefaultHosts,
                            LoggerFactory = loggers,
                        }).Wrap,
                    ],
                    LoggerFactory = loggers,
                },
                cancellation);
        }
        catch (Exception e) when (e is PolicyException or TokenKeyException)
        {
            throw new ConfigurationException(e.Message);
        }
    }
}
