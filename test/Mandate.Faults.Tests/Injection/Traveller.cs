using System.Collections.Concurrent;
using Google.Protobuf;
using Mandate.Faults.Host;
using Mandate.Protocol;
using Mandate.Protocol.Api.WorkflowService.V1;
using Mandate.Protocol.Conversion;

namespace Mandate.Faults.Tests.Injection;

/// <summary>A client that starts journeys and signals them, and repeats each request, with its request id, until it is acknowledged.</summary>
internal sealed class Traveller(RpcHandler handler, string name, ConcurrentDictionary<string, Traveller.Acknowledged> journeys)
{
    private const int Signals = 3;

    /// <summary>What was acknowledged of a journey.</summary>
    internal sealed record Acknowledged(string RunId, IReadOnlyList<string> Signals);

    public async Task TravelAsync(CancellationToken stop)
    {
        for (var i = 0; !stop.IsCancellationRequested; i++)
        {
            var id = $"{name}-{i}";
            var start = new StartWorkflowExecutionRequest
            {
                Namespace = "default",
                WorkflowId = id,
                WorkflowType = new() { Name = nameof(Journey) },
                TaskQueue = new() { Name = Journey.TaskQueue },
                Input = new() { Payloads_ = { DataConverter.Default.PayloadConverter.ToPayload(Signals) } },
                RequestId = $"start {id}",
            };
            var started = (StartWorkflowExecutionResponse)(await AcknowledgedAsync(start))!;
            var texts = Enumerable.Range(0, Signals).Select(n => $"{id} signal {n}").ToArray();
            foreach (var text in texts)
            {
                await AcknowledgedAsync(new SignalWorkflowExecutionRequest
                {
                    Namespace = "default",
                    WorkflowExecution = new() { WorkflowId = id },
                    SignalName = "Note",
                    Input = new() { Payloads_ = { DataConverter.Default.PayloadConverter.ToPayload(text) } },
                    RequestId = text,
                });
            }

            journeys[id] = new(started.RunId, texts);
        }
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
            catch (RpcException e) when (e.Code == RpcStatusCode.NotFound && attempt > 1)
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
}
