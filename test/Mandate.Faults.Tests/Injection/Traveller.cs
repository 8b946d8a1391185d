using System.Collections.Concurrent;
using Google.Protobuf;
using Mandate.Faults.Host;
using Mandate.Protocol;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.WorkflowService.V1;
using Mandate.Protocol.Conversion;

namespace Mandate.Faults.Tests.Injection;

/// <summary>
/// A client that sends out one journey after the other: it starts it, signals and updates it, and repeats each request, with its request id, until it is acknowledged; then it waits for the
/// journey's end. The next one does not wait for one that takes long, as after the clock was set back, until too many are on their way.
/// </summary>
internal sealed class Traveller(RpcHandler handler, string name, ConcurrentDictionary<string, Acknowledged> journeys)
{
    private const int Signals = 3;
    private const int Updates = 2;
    private const int MaxOpen = 20;

    private static readonly TimeSpan LongJourney = TimeSpan.FromSeconds(2);

    public async Task TravelAsync(CancellationToken stop)
    {
        var open = new List<Task>();
        for (var i = 0; !stop.IsCancellationRequested; i++)
        {
            var journey = TravelOnceAsync($"{name}-{i}");
            open.Add(journey);
            await Task.WhenAny(journey, Task.Delay(LongJourney, TimeProvider.System, CancellationToken.None));
            while (open.Count >= MaxOpen && !stop.IsCancellationRequested)
            {
                await Task.WhenAny([.. open, Task.Delay(LongJourney, TimeProvider.System, CancellationToken.None)]);
                open.RemoveAll(j => j.IsCompletedSuccessfully);
            }
        }

        await Task.WhenAll(open);
    }

    /// <summary>One journey to its end.</summary>
    public async Task TravelOnceAsync(string id)
    {
        var started = (StartWorkflowExecutionResponse)(await AcknowledgedAsync(new StartWorkflowExecutionRequest
        {
            Namespace = "default",
            WorkflowId = id,
            WorkflowType = new() { Name = nameof(Journey) },
            TaskQueue = new() { Name = Journey.TaskQueue },
            Input = new() { Payloads_ = { ToPayload(Signals), ToPayload(Updates) } },
            RequestId = $"start {id}",
            WorkflowTaskTimeout = new() { Seconds = 3 },
        }))!;
        var signals = Enumerable.Range(0, Signals).Select(n => $"{id} signal {n}").ToArray();
        var updates = Enumerable.Range(0, Updates).Select(n => $"{id} update {n}").ToArray();
        journeys[id] = new(started.RunId, signals, updates);
        await Task.WhenAll([.. signals.Select(text => SignalAsync(id, text)), .. updates.Select(text => UpdateAsync(id, text))]);
        await EndAsync(id, started.RunId);
    }

    private Task<IMessage?> SignalAsync(string id, string text) => AcknowledgedAsync(new SignalWorkflowExecutionRequest
    {
        Namespace = "default",
        WorkflowExecution = new() { WorkflowId = id },
        SignalName = "Note",
        Input = new() { Payloads_ = { ToPayload(text) } },
        RequestId = text,
    });

    private async Task UpdateAsync(string id, string text)
    {
        UpdateWorkflowExecutionResponse answer;
        do
        {
            var request = new UpdateWorkflowExecutionRequest
            {
                Namespace = "default",
                WorkflowExecution = new() { WorkflowId = id },
                Request = new() { Meta = new() { UpdateId = text }, Input = new() { Name = "Amend", Args = new() { Payloads_ = { ToPayload(text) } } } },
                WaitPolicy = new() { LifecycleStage = UpdateWorkflowExecutionLifecycleStage.Completed },
            };
            answer = (UpdateWorkflowExecutionResponse)(await AcknowledgedAsync(request)
                ?? throw new InvalidOperationException($"The run of {id} ended without the update '{text}', for which it waits."));
        }
        while (answer.Outcome is null);
        DataConverter.Default.PayloadConverter.ToValue<string>(answer.Outcome.Success.Payloads_[0]).ShouldBe($"amended {text}");
    }

    private async Task EndAsync(string id, string runId)
    {
        GetWorkflowExecutionHistoryResponse answer;
        do
        {
            answer = (GetWorkflowExecutionHistoryResponse)(await AcknowledgedAsync(new GetWorkflowExecutionHistoryRequest
            {
                Namespace = "default",
                Execution = new() { WorkflowId = id, RunId = runId },
                WaitNewEvent = true,
                HistoryEventFilterType = HistoryEventFilterType.CloseEvent,
            }))!;
        }
        while (answer.History.Events.Count == 0);
    }

    /// <summary>The answer; null when an attempt before it was accepted, as one learns when the run has meanwhile ended.</summary>
    private async Task<IMessage?> AcknowledgedAsync(IMessage request)
    {
        for (var attempt = 1; ; attempt++)
        {
            // Whoever gives up after a while asks again, as clients with a deadline do.
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10), TimeProvider.System);
            try
            {
                return await handler(new(request, patience.Token));
            }
            catch (RpcException e) when (e.Code == RpcStatusCode.NotFound && attempt > 1 && request is SignalWorkflowExecutionRequest)
            {
                return null;
            }
            catch (Exception e) when (e is OperationCanceledException
                or RpcException { Code: RpcStatusCode.Unavailable or RpcStatusCode.DeadlineExceeded or RpcStatusCode.Cancelled or RpcStatusCode.ResourceExhausted })
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
            }
        }
    }

    private static Payload ToPayload(object value) => DataConverter.Default.PayloadConverter.ToPayload(value);
}
