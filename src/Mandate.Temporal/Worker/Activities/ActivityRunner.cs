using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Failures;
using Mandate.Temporal.Activities;
using Mandate.Temporal.Interceptors;

namespace Mandate.Temporal.Worker.Activities;

/// <summary>Finds an activity by type and calls it through the interceptors. Used for activities and local activities.</summary>
internal sealed class ActivityRunner
{
    private readonly WorkerContext _context;
    private readonly Dictionary<string, ActivityDefinition> _definitions;
    private readonly ActivityDefinition? _dynamicDefinition;

    internal ActivityRunner(WorkerContext context)
    {
        _context = context;
        _definitions = context.Options.Activities.Where(a => !a.Dynamic).ToDictionary(a => a.Name!);
        _dynamicDefinition = context.Options.Activities.FirstOrDefault(a => a.Dynamic);
    }

    /// <param name="activity">The attempt.</param>
    /// <param name="input">Arguments as they came.</param>
    /// <param name="headers">Headers as they came.</param>
    /// <param name="heartbeat">Takes heartbeats; null where there are none.</param>
    internal async Task<object?> RunAsync(
        ActivityExecutionContext activity, IReadOnlyList<Payload>? input, IReadOnlyDictionary<string, Payload>? headers, Action<object?[]>? heartbeat)
    {
        var type = activity.Info.ActivityType;
        var definition = _definitions.TryGetValue(type, out var named) ? named : _dynamicDefinition ?? throw NotRegistered(type);

        // Set here, so that interceptors and the activity see it, and nobody outside this call does.
        ActivityExecutionContext.SetCurrent(activity);
        var arguments = definition.DecodeArguments(input, activity.PayloadConverter, type);
        ActivityInboundInterceptor inbound = new RootInbound(activity);
        for (var i = _context.Interceptors.Count - 1; i >= 0; i--)
            inbound = _context.Interceptors[i].InterceptActivity(inbound);
        inbound.Init(new RootOutbound(heartbeat));
        return await inbound.ExecuteActivityAsync(new(definition, arguments, headers)).ConfigureAwait(false);
    }

    private ApplicationFailureException NotRegistered(string type) => new(
        $"Activity '{type}' is not registered on this worker of task queue {_context.TaskQueue}. It has: {string.Join(", ", _definitions.Keys.Order(StringComparer.Ordinal))}.",
        "NotFoundError");

    private sealed class RootInbound(ActivityExecutionContext activity) : ActivityInboundInterceptor
    {
        public override void Init(ActivityOutboundInterceptor outbound) => activity.Outbound = outbound;

        public override Task<object?> ExecuteActivityAsync(ExecuteActivityInput input) => input.Activity.InvokeAsync(input.Args);
    }

    private sealed class RootOutbound(Action<object?[]>? heartbeat) : ActivityOutboundInterceptor
    {
        public override void Heartbeat(HeartbeatInput input) => heartbeat?.Invoke(input.Details);
    }
}
