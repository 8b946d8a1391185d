using Mandate.Gateway.Auditing;
using Mandate.Gateway.Authentication;
using Mandate.Gateway.Authorization;
using Mandate.Gateway.Stamping;
using Mandate.Gateway.Tasks;
using Mandate.Gateway.Tenancy;
using Mandate.Identity;
using Mandate.Protocol;

namespace Mandate.Gateway;

/// <summary>
/// The stages in front of an engine or cluster, for callers of any SDK: authenticate → open task tokens → authorize → stamp → stages of other rooms → record → keep workflow ids apart.
/// It keeps no state that a call needs, so any number of them may stand in front of one cluster.
/// </summary>
public sealed class GatewayPipeline : IAsyncDisposable
{
    private readonly RpcHandler _engine;
    private readonly PolicyStore _policies;
    private readonly TaskTokenKeys _tokenKeys;
    private readonly TenantAttribute _tenants;
    private readonly RpcHandler _known;
    private readonly TimeProvider _time;

    private GatewayPipeline(RpcHandler engine, GatewayOptions options, GatewayAudit audit, PolicyStore policies, TaskTokenKeys tokenKeys)
    {
        (_engine, _policies, _tokenKeys, _time) = (engine, policies, tokenKeys, options.TimeProvider);
        _tenants = new(options.TenantAttribute);
        var runs = new RunDirectory(engine, options.Verifier, options.SystemPrincipal);
        var authorize = new AuthorizeStage(options, policies, runs, _tenants, audit);
        var commands = new CommandStamp(options, engine, policies, runs, _tenants, authorize, audit);
        var tasks = new TaskStage(options, tokenKeys, runs, new RunRefusal(engine, audit), authorize, audit);
        _known = engine.Through(
        [
            tasks.Wrap,
            authorize.Wrap,
            new StampStage(options, _tenants, commands, audit).Wrap,
            .. options.ExtraStages,
            new AuditStage(audit).Wrap,
            new ReportStage(audit).Wrap,
            new WorkflowIdGuard(policies, runs).Wrap,
        ]);
        Handler = _known.Through(new AuthenticateStage(options, audit).Wrap);
    }

    /// <summary>Answers callers from outside, whose credentials it judges.</summary>
    public RpcHandler Handler { get; }

    /// <summary>Puts the stages in front of <paramref name="engine"/>.</summary>
    /// <exception cref="PolicyException">The policy file cannot be used.</exception>
    /// <exception cref="TokenKeyException">The token keys cannot be used.</exception>
    public static async Task<GatewayPipeline> StartAsync(RpcHandler engine, GatewayOptions options, CancellationToken cancellation = default)
    {
        var audit = new GatewayAudit(options);
        var keys = TaskTokenKeys.Open(options.TokenKeyFile, options.TimeProvider);
        return new(engine, options, audit, await PolicyStore.OpenAsync(options, audit, cancellation).ConfigureAwait(false), keys);
    }

    /// <summary>Answers a caller in this process, who is known by construction: a hosted worker, or the REST API on behalf of a caller it has verified.</summary>
    /// <param name="caller">Who calls.</param>
    /// <param name="recordsItself">Whether the caller records its calls and their outcomes in the ledger; then the stages do not.</param>
    public RpcHandler For(Caller caller, bool recordsItself = false) => call => _known(AuthenticateStage.Trusted(call, caller, recordsItself));

    /// <summary>Registers the search attribute that holds a run's tenant in a namespace, unless it is there.</summary>
    /// <exception cref="RpcException">It cannot be.</exception>
    public Task PrepareNamespaceAsync(string @namespace, CancellationToken cancellation = default) => _tenants.RegisterAsync(_engine, @namespace, cancellation);

    /// <summary>Which activity a task token was given out for.</summary>
    /// <param name="taskToken">The token as a worker has it.</param>
    /// <returns>The activity; null where the token was not given out by a gateway with these keys, is for something else, or the time of its attempt is over.</returns>
    public ActivityTask? FindActivity(ReadOnlyMemory<byte> taskToken) =>
        TaskToken.Open(Google.Protobuf.UnsafeByteOperations.UnsafeWrap(taskToken), _tokenKeys) is { Kind: TaskKind.Activity } task && _time.GetUtcNow().ToUnixTimeMilliseconds() < task.ProvesUntil
            ? new(task.Namespace, task.WorkflowId, task.RunId, task.RootWorkflowId, task.Step)
            : null;

    /// <summary>Adds a key that seals task tokens from now on; those sealed with older keys stay good.</summary>
    /// <exception cref="TokenKeyException">The file cannot be written; nothing changed.</exception>
    public void RotateTokenKey() => _tokenKeys.Rotate();

    /// <summary>Reads the policy file again now, if it changed.</summary>
    /// <returns>Whether another policy holds than before.</returns>
    public Task<bool> ReloadPolicyAsync() => _policies.ReloadAsync();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _policies.DisposeAsync();
}
