using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Conversion;
using Mandate.Temporal.Common;
using Mandate.Temporal.Worker.Instance;
using Microsoft.Extensions.Logging;

namespace Mandate.Temporal.Workflows;

/// <summary>
/// What workflow code may use: everything here gives the same answer when history is replayed. All members but <see cref="InWorkflow"/> throw
/// <see cref="InvalidOperationException"/> outside workflow code.
/// </summary>
/// <remarks>
/// Workflow code runs on its own task scheduler, one step at a time. Whatever leaves it breaks replay: <c>Task.Run</c>, <c>Task.Delay</c>, <c>ConfigureAwait(false)</c>, I/O, the
/// system's clock and random numbers. Their replacements are here; work with the outside world belongs in activities.
/// </remarks>
public static partial class Workflow
{
    /// <summary>Whether the code runs in a workflow.</summary>
    public static bool InWorkflow => TaskScheduler.Current is WorkflowInstance;

    /// <summary>What is known of the run from its start.</summary>
    public static WorkflowInfo Info => Context.Info;

    /// <summary>The workflow object.</summary>
    public static object Instance => Context.Instance;

    /// <summary>Cancelled when the workflow is asked to cancel. Waits use it where no other token is given.</summary>
    public static CancellationToken CancellationToken => Context.CancellationToken;

    /// <summary>The workflow's time, UTC: when its present task began. It stands still while the code runs.</summary>
    public static DateTime UtcNow => Context.UtcNow;

    /// <summary>Random numbers that are the same on replay. Not for secrets.</summary>
    public static DeterministicRandom Random => Context.Random;

    /// <summary>Logs once: nothing is written while history is replayed.</summary>
    public static ILogger Logger => Context.Logger;

    /// <summary>Whether no signal or update handler is at work. Wait for it before the workflow returns: <c>await Workflow.WaitConditionAsync(() => Workflow.AllHandlersFinished)</c>.</summary>
    public static bool AllHandlersFinished => Context.AllHandlersFinished;

    /// <summary>Whether the server thinks the history is long enough to continue as new.</summary>
    public static bool ContinueAsNewSuggested => Context.Machine.ContinueAsNewSuggested;

    /// <summary>Why the server thinks so.</summary>
    public static IReadOnlyCollection<SuggestContinueAsNewReason> SuggestedContinueAsNewReasons => Context.Machine.ContinueAsNewReasons;

    /// <summary>Number of events up to the present task.</summary>
    public static int CurrentHistoryLength => (int)Context.Machine.StartedEventId;

    /// <summary>Size of the history in bytes up to the present task; 0 where the server does not tell.</summary>
    public static int CurrentHistorySize => (int)Context.Machine.HistorySizeBytes;

    /// <summary>The update whose handler runs, null outside one.</summary>
    public static WorkflowUpdateInfo? CurrentUpdateInfo => Context.CurrentUpdateInfo;

    /// <summary>Lines for people about where the workflow stands, shown by tools.</summary>
    public static string CurrentDetails
    {
        get => Context.CurrentDetails;
        set => Context.CurrentDetails = value;
    }

    /// <summary>Memo fields, with upserts.</summary>
    public static IReadOnlyDictionary<string, RawPayload> Memo => Context.Memo;

    /// <summary>Search attributes, with upserts.</summary>
    public static SearchAttributeCollection TypedSearchAttributes => Context.TypedSearchAttributes;

    /// <summary>The converter of the worker.</summary>
    public static IPayloadConverter PayloadConverter => Context.PayloadConverter;

    /// <summary>Whether an exception that leaves the run method fails the run, as the worker's and the workflow's options say too; any other but <see cref="ContinueAsNewException"/> fails the workflow task alone.</summary>
    public static bool FailsRun(Exception exception) => Context.FailsWorkflow(exception);

    /// <summary>The failure that a run ends with by an exception, made by the worker's converter.</summary>
    public static Protocol.Api.Failure.V1.Failure ToFailure(Exception exception) => Context.ToFailure(exception);

    /// <summary>The exception that stands for a failure, made by the worker's converter.</summary>
    public static Exception ToException(Protocol.Api.Failure.V1.Failure failure) => Context.ToException(failure);

    /// <summary>Signal handlers by name; setting one delivers signals that waited for it.</summary>
    public static IDictionary<string, WorkflowSignalDefinition> Signals => Context.Signals;

    /// <summary>Handler of signals without one.</summary>
    public static WorkflowSignalDefinition? DynamicSignal
    {
        get => Context.DynamicSignal;
        set => Context.DynamicSignal = value;
    }

    /// <summary>Query handlers by name.</summary>
    public static IDictionary<string, WorkflowQueryDefinition> Queries => Context.Queries;

    /// <summary>Handler of queries without one.</summary>
    public static WorkflowQueryDefinition? DynamicQuery
    {
        get => Context.DynamicQuery;
        set => Context.DynamicQuery = value;
    }

    /// <summary>Update handlers by name.</summary>
    public static IDictionary<string, WorkflowUpdateDefinition> Updates => Context.Updates;

    /// <summary>Handler of updates without one.</summary>
    public static WorkflowUpdateDefinition? DynamicUpdate
    {
        get => Context.DynamicUpdate;
        set => Context.DynamicUpdate = value;
    }

    internal static WorkflowInstance Context => TaskScheduler.Current as WorkflowInstance ?? throw new InvalidOperationException(
        "This is not workflow code: it runs outside a workflow, or left the workflow's scheduler by Task.Run, a timer or ConfigureAwait(false).");

    /// <summary>A GUID (version 4) that is the same on replay.</summary>
    public static Guid NewGuid() => Context.NewGuid();

    /// <summary>
    /// Whether to take the new way of a change: true on first execution, and on replay what was true then. Ask <c>if (Workflow.Patched("my-change")) … new … else … old …</c>.
    /// </summary>
    public static bool Patched(string patchId) => Context.Patch(patchId, deprecated: false);

    /// <summary>Says that the old way is gone from the code while histories with the patch may be left. Replaces <see cref="Patched"/> before the call can be deleted.</summary>
    public static void DeprecatePatch(string patchId) => Context.Patch(patchId, deprecated: true);

    /// <summary>Sets and removes memo fields.</summary>
    public static void UpsertMemo(params IReadOnlyCollection<MemoUpdate> updates) => Context.UpsertMemo(updates);

    /// <summary>Sets and removes search attributes.</summary>
    public static void UpsertTypedSearchAttributes(params IReadOnlyCollection<SearchAttributeUpdate> updates) => Context.UpsertSearchAttributes(updates);

    /// <summary>What is outside the rules of replay.</summary>
    public static class Unsafe
    {
        /// <summary>Whether history is replayed. The workflow must take the same decisions either way.</summary>
        public static bool IsReplaying => Context.Machine.Replaying;

        /// <summary>
        /// Cancels the run's <see cref="Workflow.CancellationToken"/>, as a request to cancel does, where the run finds out by itself that it is to end. It must follow from the history alone.
        /// </summary>
        public static void CancelRun() => Context.CancelRun();

        /// <summary>
        /// Runs a function without looking for tasks and timers outside the workflow, such as a library that logs in the background. What it returns must not depend on them.
        /// </summary>
        public static T WithoutWatching<T>(Func<T> function) => ForeignWaitListener.WithoutWatching(function);

        /// <inheritdoc cref="WithoutWatching{T}(Func{T})"/>
        public static void WithoutWatching(Action action) => ForeignWaitListener.WithoutWatching(() =>
        {
            action();
            return true;
        });
    }
}
