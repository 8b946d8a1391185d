using System.Runtime.CompilerServices;
using Mandate.Temporal.Workflows;

namespace Mandate.Identity.Propagation;

/// <summary>
/// Where <see cref="Principal.Current"/> comes from. In a workflow: from the run, so nothing that flows in from elsewhere can stand in for it. In an activity and at the edge: from the
/// asynchronous flow.
/// </summary>
internal static class CurrentPrincipal
{
    private const string MissingInWorkflow =
        "This workflow's worker does not propagate identity. Add it where the worker is set up: .AddIdentityPropagation(…).";

    private const string MissingElsewhere =
        "Nobody is known here for whom to work. There is a principal in workflows and activities of a worker with .AddIdentityPropagation(…), and inside 'using (Principal.Use(…))', as in a unit test.";

    private static readonly AsyncLocal<Ambient?> Flow = new();
    private static readonly AsyncLocal<MessageSender?> HandledSender = new();
    private static readonly ConditionalWeakTable<object, RunIdentity> Runs = [];

    /// <summary>Who sent the message whose handler runs here; null outside of one.</summary>
    public static MessageSender? Sender => HandledSender.Value;

    public static Principal? Get(out string missing)
    {
        if (Workflow.InWorkflow)
        {
            missing = MissingInWorkflow;
            return Runs.TryGetValue(Workflow.Info, out var run) ? run.Require() : null;
        }

        missing = MissingElsewhere;
        return Flow.Value?.Principal;
    }

    public static IDisposable Use(Principal principal)
    {
        if (Workflow.InWorkflow || Flow.Value is { IsVerified: true })
            throw new InvalidOperationException("The principal of a workflow or an activity is fixed by its signed envelope and cannot be replaced.");
        return Set(new(principal, IsVerified: false));
    }

    /// <summary>For the length of an activity.</summary>
    public static IDisposable UseVerified(Principal principal) => Set(new(principal, IsVerified: true));

    /// <summary>For the length of a handler.</summary>
    public static IDisposable UseSender(MessageSender? sender)
    {
        var before = HandledSender.Value;
        HandledSender.Value = sender;
        return new Restore(() => HandledSender.Value = before);
    }

    /// <summary>Called in the workflow.</summary>
    public static void Register(RunIdentity run) => Runs.AddOrUpdate(Workflow.Info, run);

    private static Restore Set(Ambient ambient)
    {
        var before = Flow.Value;
        Flow.Value = ambient;
        return new(() => Flow.Value = before);
    }

    private sealed record Ambient(Principal Principal, bool IsVerified);

    private sealed class Restore(Action restore) : IDisposable
    {
        private Action? _restore = restore;

        public void Dispose() => Interlocked.Exchange(ref _restore, null)?.Invoke();
    }
}
