using Mandate.Engine.Tests.Support;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Testing;

namespace Mandate.Engine.Tests;

public sealed class ClockJumpTests
{
    [Fact]
    public async Task Timer_ClockSetForwardPastIt_FiresSoon()
    {
        var clock = new SettableClock();
        await using var host = await EngineHost.StartAsync(o => o with { TimeProvider = clock });
        await host.StartAsync("order");
        await host.CompleteAsync(await host.NextTaskAsync(), Commands.Timer("t", 3_600));

        clock.Offset = TimeSpan.FromHours(2);
        clock.Ticking.Advance(TimeSpan.FromSeconds(10));

        await host.HasEventAsync("order", EventType.TimerFired);
    }

    [Fact]
    public async Task Activity_ClockSetBackBeforeAWorkerTakesIt_IsGivenOut()
    {
        var clock = new SettableClock();
        await using var host = await EngineHost.StartAsync(o => o with { TimeProvider = clock });
        await host.StartAsync("order");
        await host.CompleteAsync(await host.NextTaskAsync(), Commands.Activity());

        clock.Offset = -TimeSpan.FromHours(1);

        await host.CompleteActivityAsync(await host.NextActivityAsync());
        await host.HasEventAsync("order", EventType.ActivityTaskCompleted);
    }

    /// <summary>A wall clock that is set while the timers on it go on as if nothing had happened, as the operating system's do.</summary>
    private sealed class SettableClock : TimeProvider
    {
        public ManualTimeProvider Ticking { get; } = new();

        public TimeSpan Offset { get; set; }

        public override long TimestampFrequency => Ticking.TimestampFrequency;

        public override DateTimeOffset GetUtcNow() => Ticking.GetUtcNow() + Offset;

        public override long GetTimestamp() => Ticking.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => Ticking.CreateTimer(callback, state, dueTime, period);
    }
}
