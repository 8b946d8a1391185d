using Google.Protobuf.WellKnownTypes;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.TaskQueue.V1;
using Mandate.Protocol.Api.WorkflowService.V1;
using Mandate.Protocol.Conversion;
using Mandate.Temporal.Worker.Machine;
using Mandate.Temporal.Worker.Runs;

namespace Mandate.Temporal.Worker;

/// <summary>Builds the answer to a workflow task.</summary>
internal sealed class WorkflowCompletion
{
    // What the machine's behaviour is called in the SDKs' common list: 1 ids and types are compared on replay, 2 patches upsert a search attribute, 3 the terminal command goes last.
    private static readonly uint[] Flags = [1, 2, 3];

    private readonly WorkerContext _context;
    private readonly StickyExecutionAttributes? _sticky;

    internal WorkflowCompletion(WorkerContext context, string? stickyQueue)
    {
        _context = context;
        if (stickyQueue is not null)
        {
            _sticky = new()
            {
                WorkerTaskQueue = new() { Name = stickyQueue, Kind = TaskQueueKind.Sticky, NormalName = context.TaskQueue },
                ScheduleToStartTimeout = Duration.FromTimeSpan(context.Options.StickyQueueScheduleToStartTimeout),
            };
        }
    }

    /// <param name="task">The task.</param>
    /// <param name="run">The run, as far as the task has brought it.</param>
    /// <param name="heartbeat">Whether the workflow needs more time: a new task is to follow at once.</param>
    internal RespondWorkflowTaskCompletedRequest Build(PollWorkflowTaskQueueResponse task, WorkflowRun run, bool heartbeat)
    {
        var finished = run.Machine.Finished;
        var request = new RespondWorkflowTaskCompletedRequest
        {
            TaskToken = task.TaskToken,
            Identity = _context.Identity,
            Namespace = _context.Namespace,
            WorkerInstanceKey = _context.InstanceKey,
            Capabilities = new() { DiscardSpeculativeWorkflowTaskWithEvents = true },

            // A run that ends is not kept, so its queries shall come with the history.
            StickyAttributes = finished ? null : _sticky,
            // A worker that stops takes nothing new, except for a wait it is in the middle of.
            ReturnNewWorkflowTask = heartbeat || (!finished && _sticky is not null && !_context.Stopping.IsCancellationRequested),
            ForceCreateNewWorkflowTask = heartbeat,
            SdkMetadata = new() { SdkName = SdkInfo.Name, SdkVersion = SdkInfo.Version },
        };
        if (task.PreviousStartedEventId == 0)
            request.SdkMetadata.CoreUsedFlags.Add(Flags);
        request.Commands.AddRange(run.Machine.UnsentCommands());
        request.Messages.AddRange(run.Machine.TakeMessages());
        foreach (var (id, query) in task.Queries)
            request.QueryResults[id] = run.Query(id, query);
        return request;
    }

    /// <summary>Encodes payloads; what the SDKs themselves put into markers stays readable.</summary>
    internal static async Task<RespondWorkflowTaskCompletedRequest> EncodeAsync(RespondWorkflowTaskCompletedRequest request, IPayloadCodec codec)
    {
        var encoded = await PayloadVisitor.EncodeAsync(request, codec).ConfigureAwait(false);
        for (var i = 0; i < request.Commands.Count; i++)
        {
            if (request.Commands[i].RecordMarkerCommandAttributes is not { MarkerName: Markers.Patch or Markers.LocalActivity } marker)
                continue;
            foreach (var key in (ReadOnlySpan<string>)[Markers.PatchData, Markers.LocalActivityData])
            {
                if (marker.Details.TryGetValue(key, out var plain))
                    encoded.Commands[i].RecordMarkerCommandAttributes.Details[key] = plain;
            }
        }

        return encoded;
    }
}
