using System.Runtime.CompilerServices;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.History.V1;
using Mandate.Protocol.Conversion;
using Mandate.Temporal.Common;
using Mandate.Temporal.Worker.Instance;
using Mandate.Temporal.Worker.Machine;
using Mandate.Temporal.Worker.Runs;
using Mandate.Temporal.Workflows;

namespace Mandate.Temporal.Worker;

/// <summary>Replays histories against the present code, to find out before a release whether running workflows will go on.</summary>
public sealed class WorkflowReplayer
{
    private readonly WorkflowInstanceOptions _instanceOptions;
    private readonly Dictionary<string, WorkflowDefinition> _definitions;
    private readonly WorkflowDefinition? _dynamicDefinition;

    /// <summary>Creates the replayer.</summary>
    /// <exception cref="ArgumentException">There is no workflow, or there are two of one name.</exception>
    public WorkflowReplayer(WorkflowReplayerOptions options)
    {
        if (options.Workflows.Count == 0)
            throw new ArgumentException("The replayer has no workflows: add those whose histories are to be replayed.", nameof(options));
        Options = options;
        _definitions = options.Workflows.Where(w => !w.Dynamic).ToDictionary(w => w.Name!);
        _dynamicDefinition = options.Workflows.FirstOrDefault(w => w.Dynamic);
        _instanceOptions = new()
        {
            Namespace = options.Namespace,
            TaskQueue = options.TaskQueue,
            DataConverter = options.DataConverter,
            LoggerFactory = options.LoggerFactory,
            Interceptors = [.. options.Interceptors],
            FailureExceptionTypes = options.WorkflowFailureExceptionTypes,
        };
    }

    /// <summary>The options. Changes after the replayer was made have no effect.</summary>
    public WorkflowReplayerOptions Options { get; }

    /// <summary>Replays one history.</summary>
    /// <param name="history">The history, from its first event.</param>
    /// <param name="throwOnReplayFailure">Whether a failed replay is an exception, or stands in the result.</param>
    /// <param name="cancellationToken">Ends the decoding of payloads.</param>
    /// <exception cref="WorkflowNondeterminismException">The workflow did something else than history says.</exception>
    /// <exception cref="InvalidWorkflowOperationException">The workflow failed in a way that fails its task.</exception>
    /// <exception cref="ArgumentException">The history is not one a server may send, or its workflow is not known.</exception>
    public async Task<WorkflowReplayResult> ReplayWorkflowAsync(WorkflowHistory history, bool throwOnReplayFailure = true, CancellationToken cancellationToken = default)
    {
        try
        {
            Replay(history, await DecodeAsync(history.Events, cancellationToken).ConfigureAwait(false));
            return new(history, ReplayFailure: null);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            var failure = Explain(history, e);
            return throwOnReplayFailure ? throw failure : new(history, failure);
        }
    }

    /// <summary>Replays many histories, one after the other, as they come.</summary>
    /// <returns>A result for each, in order.</returns>
    public async IAsyncEnumerable<WorkflowReplayResult> ReplayWorkflowsAsync(
        IAsyncEnumerable<WorkflowHistory> histories, bool throwOnReplayFailure = false, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var history in histories.WithCancellation(cancellationToken).ConfigureAwait(false))
            yield return await ReplayWorkflowAsync(history, throwOnReplayFailure, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc cref="ReplayWorkflowsAsync(IAsyncEnumerable{WorkflowHistory}, bool, CancellationToken)"/>
    public async Task<IReadOnlyList<WorkflowReplayResult>> ReplayWorkflowsAsync(
        IEnumerable<WorkflowHistory> histories, bool throwOnReplayFailure = false, CancellationToken cancellationToken = default)
    {
        var results = new List<WorkflowReplayResult>();
        foreach (var history in histories)
            results.Add(await ReplayWorkflowAsync(history, throwOnReplayFailure, cancellationToken).ConfigureAwait(false));
        return results;
    }

    private static Exception Explain(WorkflowHistory history, Exception e) => e switch
    {
        NonDeterminismException => new WorkflowNondeterminismException($"Workflow {history.Id}: {e.Message}", e),
        HistoryFormatException => new ArgumentException($"Workflow {history.Id}: {e.Message}", nameof(history), e),
        WorkflowTaskFailedException { InnerException: InvalidWorkflowOperationException inner } => inner,
        WorkflowTaskFailedException => new InvalidWorkflowOperationException($"Workflow {history.Id}: the code failed with {e.InnerException!.GetType().Name}: {e.Message}", e.InnerException),
        _ => e,
    };

    private void Replay(WorkflowHistory history, IReadOnlyList<HistoryEvent> events)
    {
        if (events.Count == 0 || events[0].EventType != EventType.WorkflowExecutionStarted)
            throw new HistoryFormatException("the history does not begin with WorkflowExecutionStarted.");
        var started = events[0].WorkflowExecutionStartedEventAttributes;
        var type = started.WorkflowType.Name;
        var definition = _definitions.TryGetValue(type, out var known) ? known : _dynamicDefinition
            ?? throw new HistoryFormatException($"workflow type '{type}' is not among the replayer's: {string.Join(", ", _definitions.Keys.Order(StringComparer.Ordinal))}.");
        var run = new WorkflowRun(_instanceOptions, definition, history.Id, started.OriginalExecutionRunId);

        // The whole history counts as seen before.
        run.Advance(new HistorySlice(events, events[^1].EventId, []));
    }

    private async Task<IReadOnlyList<HistoryEvent>> DecodeAsync(IReadOnlyList<HistoryEvent> events, CancellationToken cancellationToken) => Options.DataConverter.Codec is { } codec
        ? (await PayloadVisitor.DecodeAsync(new History { Events = { events } }, codec, cancellationToken).ConfigureAwait(false)).Events
        : events;
}
