using Google.Protobuf;
using Mandate.Protocol;
using Mandate.Protocol.Api.WorkflowService.V1;
using Mandate.Protocol.Conversion;
using Mandate.Temporal.Activities;
using Mandate.Temporal.Client;
using Mandate.Temporal.Tests.Support;
using Mandate.Temporal.Worker;
using Mandate.Temporal.Worker.Activities;
using Mandate.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mandate.Temporal.Tests.Worker;

public sealed class HeartbeatSenderTests
{
    private readonly ManualTimeProvider _clock = new();
    private readonly FakeService _service = new();

    [Fact]
    public async Task Record_First_IsSentAtOnceAndTheLatestAfterTheInterval()
    {
        _service.On<RecordActivityTaskHeartbeatRequest>(_ => new RecordActivityTaskHeartbeatResponse());
        await using var sender = Sender(out _, heartbeatTimeout: TimeSpan.FromSeconds(10));

        sender.Record([1]);
        await SentAsync(1);
        sender.Record([2]);
        sender.Record([3]);
        _clock.Advance(TimeSpan.FromSeconds(7.9));
        _service.Requests<RecordActivityTaskHeartbeatRequest>().Count().ShouldBe(1);
        _clock.Advance(TimeSpan.FromSeconds(0.1));
        await SentAsync(2);

        _service.Requests<RecordActivityTaskHeartbeatRequest>().Select(r => r.Details).ShouldBe([HistoryBuilder.Payloads(1), HistoryBuilder.Payloads(3)]);
    }

    [Theory]
    [InlineData(null, 30)]
    [InlineData(600, 60)]
    [InlineData(10, 8)]
    public async Task Interval_ByTimeout_IsEightyPercentWithinBounds(int? timeoutSeconds, int interval)
    {
        _service.On<RecordActivityTaskHeartbeatRequest>(_ => new RecordActivityTaskHeartbeatResponse());
        await using var sender = Sender(out _, timeoutSeconds is { } t ? TimeSpan.FromSeconds(t) : null);

        sender.Record([1]);
        await SentAsync(1);
        sender.Record([2]);
        _clock.Advance(TimeSpan.FromSeconds(interval - 0.1));
        _clock.ArmedTimers.ShouldBe(1);
        _clock.Advance(TimeSpan.FromSeconds(0.1));

        await SentAsync(2);
    }

    [Fact]
    public async Task Answer_CancelRequested_CancelsTheActivity()
    {
        _service.On<RecordActivityTaskHeartbeatRequest>(_ => new RecordActivityTaskHeartbeatResponse { CancelRequested = true });
        await using var sender = Sender(out var activity);

        sender.Record([]);

        await Eventually.BecomesAsync(() => activity.CancellationToken.IsCancellationRequested);
        activity.CancelReason.ShouldBe(ActivityCancelReason.CancelRequested);
    }

    [Fact]
    public async Task Answer_NotFound_CancelsTheActivityAndSendsNoMore()
    {
        _service.On<RecordActivityTaskHeartbeatRequest>(_ => throw new RpcException(RpcStatusCode.NotFound, "gone"));
        await using var sender = Sender(out var activity);

        sender.Record([]);

        await Eventually.BecomesAsync(() => activity.CancellationToken.IsCancellationRequested);
        activity.CancelReason.ShouldBe(ActivityCancelReason.GoneFromServer);
    }

    [Fact]
    public async Task Answer_PassingError_TriesAgainWithTheNextOne()
    {
        _service.OnSequence<RecordActivityTaskHeartbeatRequest>(_ => throw new RpcException(RpcStatusCode.Unavailable, "away"), _ => new RecordActivityTaskHeartbeatResponse());
        await using var sender = Sender(out var activity);

        sender.Record([1]);
        await SentAsync(1);
        sender.Record([2]);
        _clock.Advance(TimeSpan.FromSeconds(30));
        await SentAsync(2);

        activity.CancellationToken.IsCancellationRequested.ShouldBeFalse();
    }

    [Fact]
    public async Task Stop_WithUnsentDetails_LeavesThemForTheReport()
    {
        _service.On<RecordActivityTaskHeartbeatRequest>(_ => new RecordActivityTaskHeartbeatResponse());
        await using var sender = Sender(out _);
        sender.Record([1]);
        await SentAsync(1);
        sender.Record([2]);

        await sender.StopAsync();

        sender.UnsentDetails.ShouldBe(HistoryBuilder.Payloads(2));
        sender.Record([3]);
        _service.Requests<RecordActivityTaskHeartbeatRequest>().Count().ShouldBe(1);
    }

    [Fact]
    public async Task Record_DetailsWithoutPayloadForm_CancelsTheActivity()
    {
        await using var sender = Sender(out var activity);

        sender.Record([new Action(() => { })]);

        activity.CancelReason.ShouldBe(ActivityCancelReason.HeartbeatRecordFailure);
        sender.RecordError.ShouldNotBeNull();
    }

    private Task SentAsync(int count) => Eventually.BecomesAsync(() => _service.Requests<RecordActivityTaskHeartbeatRequest>().Count() == count && (count > 1 || _clock.ArmedTimers == 1));

    private HeartbeatSender Sender(out ActivityExecutionContext activity, TimeSpan? heartbeatTimeout = null)
    {
        var options = new TemporalWorkerOptions("queue").AddActivity(ActivityDefinition.CreateWithoutAttribute("Do", () => { }));
        var context = new WorkerContext(new TemporalClient(_service.Handler, new() { TimeProvider = _clock }), options);
        var info = new ActivityInfo("1", "Do", 1, default, DataConverter.Default, [], heartbeatTimeout, IsLocal: false, "default", new(), null, null, default, null, default, "queue", [], "w", "default", "r", "W");
        activity = new(info, NullLoggerFactory.Instance, client: null, CancellationToken.None);
        return new(context, activity, ByteString.CopyFromUtf8("token"));
    }
}
