using Google.Protobuf;
using Mandate.Demo.Report;
using Mandate.Identity;
using Mandate.Protocol;
using Mandate.Protocol.Api.Command.V1;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.WorkflowService.V1;
using Mandate.Protocol.Conversion;
using Mandate.Protocol.Grpc;

namespace Mandate.Demo;

/// <summary>
/// Those who should get nowhere, by gRPC as any SDK: a user of another tenant who looks for the order and tries to end it, and a worker that has been taken over and puts another
/// principal onto a child.
/// </summary>
internal sealed class Intruder(string address, string @namespace)
{
    private const string Queue = "demo-forgery";

    public async Task<IntruderReport> TryAsync(string orderId, string carolsToken, string alicesToken, string workersToken, CancellationToken cancellation)
    {
        await using var channel = new GrpcChannel(new GrpcChannelOptions { Target = address });
        var execution = new WorkflowExecution { WorkflowId = orderId };
        var answers = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, request) in ((string, IMessage)[])
        [
            ("describe", new DescribeWorkflowExecutionRequest { Namespace = @namespace, Execution = execution }),
            ("history", new GetWorkflowExecutionHistoryRequest { Namespace = @namespace, Execution = execution }),
            ("signal", new SignalWorkflowExecutionRequest { Namespace = @namespace, WorkflowExecution = execution, SignalName = "approve" }),
            ("terminate", new TerminateWorkflowExecutionRequest { Namespace = @namespace, WorkflowExecution = execution }),
        ])
        {
            answers[name] = await AnswerAsync(channel, request, carolsToken, cancellation);
        }

        var list = (ListWorkflowExecutionsResponse)await channel.Handler(Call(new ListWorkflowExecutionsRequest { Namespace = @namespace }, carolsToken, cancellation));
        var (forgery, failed, child) = await ForgeAsync(channel, $"{orderId}-forged", alicesToken, workersToken, cancellation);
        return new(list.Executions.Count, answers, forgery, failed, child);
    }

    /// <summary>A run of alice's gets to a worker that wants its child to work for somebody else.</summary>
    private async Task<(string Answer, bool FailedTheTask, bool ChildExists)> ForgeAsync(GrpcChannel channel, string id, string token, string workersToken, CancellationToken cancellation)
    {
        await channel.Handler(Call(
            new StartWorkflowExecutionRequest { Namespace = @namespace, WorkflowId = id, WorkflowType = new() { Name = "Forged" }, TaskQueue = new() { Name = Queue }, RequestId = id },
            token, cancellation));
        var task = (PollWorkflowTaskQueueResponse)await channel.Handler(
            Call(new PollWorkflowTaskQueueRequest { Namespace = @namespace, TaskQueue = new() { Name = Queue }, Identity = "taken-over" }, workersToken, cancellation));
        var own = (string?)DataConverter.Default.PayloadConverter.ToValue(
            task.History.Events[0].WorkflowExecutionStartedEventAttributes.Header.Fields[IdentityHeaders.Principal], typeof(string)) ?? "";
        var forged = own[..^2] + (own[^2] == 'A' ? 'B' : 'A') + own[^1];
        var command = new Command
        {
            CommandType = CommandType.StartChildWorkflowExecution,
            StartChildWorkflowExecutionCommandAttributes = new()
            {
                WorkflowId = $"{id}/child", WorkflowType = new() { Name = "Forged" }, TaskQueue = new() { Name = Queue },
                Header = new() { Fields = { [IdentityHeaders.Principal] = DataConverter.Default.PayloadConverter.ToPayload(forged) } },
            },
        };
        var answer = await AnswerAsync(channel, new RespondWorkflowTaskCompletedRequest { Namespace = @namespace, TaskToken = task.TaskToken, Commands = { command } }, workersToken, cancellation);
        var history = (GetWorkflowExecutionHistoryResponse)await channel.Handler(
            Call(new GetWorkflowExecutionHistoryRequest { Namespace = @namespace, Execution = new() { WorkflowId = id } }, token, cancellation));
        var child = await AnswerAsync(channel, new DescribeWorkflowExecutionRequest { Namespace = @namespace, Execution = new() { WorkflowId = $"{id}/child" } }, token, cancellation);
        await channel.Handler(Call(new TerminateWorkflowExecutionRequest { Namespace = @namespace, WorkflowExecution = new() { WorkflowId = id }, Reason = "shown" }, token, cancellation));
        return (answer, history.History.Events.Any(IsRefusal), child != nameof(RpcStatusCode.NotFound));
    }

    private static bool IsRefusal(Protocol.Api.History.V1.HistoryEvent e) =>
        e.WorkflowTaskFailedEventAttributes?.Failure?.ApplicationFailureInfo?.Type == IdentityFailureTypes.Refused;

    private static async Task<string> AnswerAsync(GrpcChannel channel, IMessage request, string token, CancellationToken cancellation)
    {
        try
        {
            await channel.Handler(Call(request, token, cancellation));
            return nameof(RpcStatusCode.Ok);
        }
        catch (RpcException e)
        {
            return e.Code.ToString();
        }
    }

    private static RpcCall Call(IMessage request, string token, CancellationToken cancellation) => new(request, cancellation)
    {
        Metadata = new([new("authorization", $"Bearer {token}")]),
        Timeout = TimeSpan.FromSeconds(30),
    };
}
