using Mandate.Protocol;
using Mandate.Protocol.Api.WorkflowService.V1;
using Mandate.Temporal.Client;
using Mandate.Temporal.Tests.Support;
using Mandate.Testing;

namespace Mandate.Temporal.Tests.Worker;

public sealed class RpcCallerTests
{
    private readonly ManualTimeProvider _clock = new();
    private readonly FakeService _service = new();

    [Fact]
    public async Task Call_TransientError_IsRepeatedAfterAGrowingWait()
    {
        var failures = 3;
        _service.On<GetSystemInfoRequest>(_ => failures-- > 0 ? throw new RpcException(RpcStatusCode.Unavailable, "gone") : new GetSystemInfoResponse());

        var call = Caller().CallAsync<GetSystemInfoResponse>(new GetSystemInfoRequest());
        foreach (var wait in new[] { 100, 200, 400 })
        {
            await Eventually.BecomesAsync(() => _clock.ArmedTimers == 1);
            _clock.Advance(TimeSpan.FromMilliseconds(wait - 1));
            _clock.ArmedTimers.ShouldBe(1);
            _clock.Advance(TimeSpan.FromMilliseconds(1));
        }

        await call.WaitAsync(Eventually.Limit);
        _service.Calls.Count.ShouldBe(4);
    }

    [Theory]
    [InlineData(RpcStatusCode.NotFound)]
    [InlineData(RpcStatusCode.InvalidArgument)]
    [InlineData(RpcStatusCode.PermissionDenied)]
    [InlineData(RpcStatusCode.DeadlineExceeded)]
    public async Task Call_LastingError_IsNotRepeated(RpcStatusCode code)
    {
        _service.On<GetSystemInfoRequest>(_ => throw new RpcException(code, "no"));

        (await Should.ThrowAsync<RpcException>(Caller().CallAsync<GetSystemInfoResponse>(new GetSystemInfoRequest()))).Code.ShouldBe(code);
        _service.Calls.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Call_LongerThanTheLimit_GivesUp()
    {
        _service.On<GetSystemInfoRequest>(_ => throw new RpcException(RpcStatusCode.Unavailable, "gone"));

        var call = Caller(new RpcRetryOptions { RandomizationFactor = 0, MaxElapsedTime = TimeSpan.FromSeconds(1), MaxRetries = 100 }).CallAsync<GetSystemInfoResponse>(new GetSystemInfoRequest());
        while (!call.IsCompleted)
        {
            await Eventually.BecomesAsync(() => call.IsCompleted || _clock.ArmedTimers == 1);
            _clock.Advance(TimeSpan.FromMilliseconds(500));
        }

        (await Should.ThrowAsync<RpcException>(call)).Code.ShouldBe(RpcStatusCode.Unavailable);
        _service.Calls.Count.ShouldBeInRange(2, 6);
    }

    [Fact]
    public async Task Call_RetryTurnedOff_IsMadeOnce()
    {
        _service.On<GetSystemInfoRequest>(_ => throw new RpcException(RpcStatusCode.Unavailable, "gone"));

        await Should.ThrowAsync<RpcException>(Caller().CallAsync<GetSystemInfoResponse>(new GetSystemInfoRequest(), new RpcOptions { Retry = false }));
        _service.Calls.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Call_CarriesMetadataAndTimeout()
    {
        var client = new TemporalClient(_service.Handler, new() { Namespace = "orders", RpcMetadata = new Dictionary<string, string> { ["tenant"] = "acme" } });
        await client.Calls.CallAsync<GetSystemInfoResponse>(new GetSystemInfoRequest(), new RpcOptions { Metadata = new Dictionary<string, string> { ["trace"] = "1" } });

        var call = _service.Calls.ShouldHaveSingleItem();
        call.Metadata["temporal-namespace"].ShouldBe("orders");
        call.Metadata["client-name"].ShouldBe("mandate-dotnet");
        call.Metadata["tenant"].ShouldBe("acme");
        call.Metadata["trace"].ShouldBe("1");
        call.Timeout.ShouldBe(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Call_Cancelled_EndsAtOnce()
    {
        _service.OnAsync<GetSystemInfoRequest>((_, call) => FakeService.WaitAsync(call));
        using var cancellation = new CancellationTokenSource();
        var call = Caller().CallAsync<GetSystemInfoResponse>(new GetSystemInfoRequest(), new RpcOptions { CancellationToken = cancellation.Token });

        await cancellation.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(call);
    }

    private RpcCaller Caller(RpcRetryOptions? retry = null) => new(_service.Handler, RpcMetadata.Empty, retry ?? new RpcRetryOptions { RandomizationFactor = 0, Multiplier = 2 }, _clock);
}
