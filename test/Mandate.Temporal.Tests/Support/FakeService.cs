using System.Collections.Concurrent;
using Google.Protobuf;
using Mandate.Protocol;
using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Temporal.Tests.Support;

/// <summary>Answers calls by scripts and remembers them. Polls without a script wait until they are given up.</summary>
internal sealed class FakeService
{
    private readonly ConcurrentDictionary<Type, Func<RpcCall, Task<IMessage>>> _answers = new();

    internal FakeService()
    {
        On<GetSystemInfoRequest>(_ => new GetSystemInfoResponse());
        On<DescribeNamespaceRequest>(_ => new DescribeNamespaceResponse());
        On<ShutdownWorkerRequest>(_ => new ShutdownWorkerResponse());
        _answers[typeof(PollWorkflowTaskQueueRequest)] = WaitAsync;
        _answers[typeof(PollActivityTaskQueueRequest)] = WaitAsync;
    }

    internal ConcurrentQueue<RpcCall> Calls { get; } = new();

    internal RpcHandler Handler => call =>
    {
        Calls.Enqueue(call);
        return _answers.TryGetValue(call.Request.GetType(), out var answer)
            ? answer(call)
            : throw new RpcException(RpcStatusCode.Unimplemented, $"unknown method {call.Method.Name} for service {call.Method.Service}");
    };

    internal IEnumerable<TRequest> Requests<TRequest>() => Calls.Select(c => c.Request).OfType<TRequest>();

    internal FakeService On<TRequest>(Func<TRequest, IMessage> answer)
        where TRequest : IMessage => OnAsync<TRequest>((request, _) => Task.FromResult(answer(request)));

    internal FakeService OnAsync<TRequest>(Func<TRequest, RpcCall, Task<IMessage>> answer)
        where TRequest : IMessage
    {
        _answers[typeof(TRequest)] = call => answer((TRequest)call.Request, call);
        return this;
    }

    /// <summary>Answers in turn; afterwards waits.</summary>
    internal FakeService OnSequence<TRequest>(params Func<TRequest, IMessage>[] answers)
        where TRequest : IMessage
    {
        var next = -1;
        return OnAsync<TRequest>((request, call) =>
        {
            var i = Interlocked.Increment(ref next);
            return i < answers.Length ? Task.FromResult(answers[i](request)) : WaitAsync(call);
        });
    }

    internal static async Task<IMessage> WaitAsync(RpcCall call)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, call.Cancellation);
        throw new InvalidOperationException("unreachable");
    }
}
