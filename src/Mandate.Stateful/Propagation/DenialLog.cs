using Mandate.Protocol.Failures;
using Mandate.Stateful.Tree;
using Mandate.Temporal.Workflows;
using Microsoft.Extensions.Logging;

namespace Mandate.Stateful.Propagation;

/// <summary>
/// Records denied messages of one run beside its handlers: those that are denied while others are recorded go together, so that a flood of them costs few activities and keeps no handler
/// open. The workflow's own record of them is durable, so that they are not forgotten when the worker dies before the ledger has them; the run does not end before they are recorded.
/// </summary>
internal sealed partial class DenialLog(ILoggerFactory loggers)
{
    private const int BatchSize = 200;

    private readonly ILogger _logger = loggers.CreateLogger<StatefulWorkerInterceptor>();
    private readonly Queue<Denial> _waiting = new();
    private long _added;
    private long _done;
    private bool _isRecording;

    public void Add(Denial denial)
    {
        _waiting.Enqueue(denial);
        _added++;
        if (_isRecording)
            return;
        _isRecording = true;
        _ = Workflow.RunTaskAsync(RecordAsync);
    }

    /// <summary>Whether all are recorded.</summary>
    public bool IsSettled => _done >= _added;

    /// <summary>Waits until those are recorded that were denied so far.</summary>
    public Task SettleAsync()
    {
        var until = _added;
        return _done >= until ? Task.CompletedTask : Workflow.WaitConditionAsync(() => _done >= until, CancellationToken.None);
    }

    private async Task RecordAsync()
    {
        try
        {
            while (_waiting.Count > 0)
            {
                // A slow ledger takes some of them at a time: the others go with the next ones.
                var batch = _waiting.Take(BatchSize).ToList();
                var done = batch.Count;
                try
                {
                    done = Math.Clamp(await VaultCall.RecordDenialsAsync(batch).ConfigureAwait(true) ?? done, 1, done);
                }
                catch (FailureException e)
                {
                    // Trying again would not help, and whoever sends denied messages must not keep the workflow from going on.
                    if (!Workflow.Unsafe.IsReplaying)
                        LogNotRecorded(batch.Count, Workflow.Info.WorkflowId, e);
                }

                for (var i = 0; i < done; i++)
                    _waiting.Dequeue();
                _done += done;
            }
        }
        finally
        {
            _isRecording = false;
        }
    }

    [LoggerMessage(EventId = 3, EventName = "DenialsNotRecorded", Level = LogLevel.Error, Message = "That {Count} signal(s) to workflow {WorkflowId} were denied could not be recorded")]
    private partial void LogNotRecorded(int count, string workflowId, Exception e);
}
