using System.Net;
using Mandate.Testing;

namespace Mandate.Credentials.Tests;

/// <summary>Worker authentication on a scripted provider and a clock that stands still.</summary>
internal sealed class WorkerFixture : IAsyncDisposable
{
    public WorkerFixture(int lifetime = 900, Func<WorkerAuthenticationOptions, WorkerAuthenticationOptions>? configure = null, Func<double>? random = null)
    {
        Provider = ProviderFixture.Issuing(lifetime);
        var options = new WorkerAuthenticationOptions { Token = ProviderFixture.Options() };
        Authentication = new(configure?.Invoke(options) ?? options, Provider.Handler, Provider.Clock, Loggers, random ?? (() => 0));
    }

    public ProviderFixture Provider { get; }

    public ManualTimeProvider Clock => Provider.Clock;

    public RecordingLoggers Loggers { get; } = new();

    public WorkerAuthentication Authentication { get; }

    /// <summary>Ends when the supervisor does nothing but wait.</summary>
    public Task QuietAsync(int exchanges) => Eventually.BecomesAsync(() => Provider.Exchanges == exchanges && Clock.ArmedDelays == 1);

    /// <summary>Moves the clock and waits until the supervisor has done what that made due.</summary>
    public async Task AdvanceAsync(TimeSpan by, int exchanges)
    {
        Clock.Advance(by);
        await QuietAsync(exchanges);
    }

    public void Fail(HttpStatusCode status = HttpStatusCode.ServiceUnavailable) => Provider.Fail(status);

    public ValueTask DisposeAsync() => Authentication.DisposeAsync();
}
