using System.Globalization;
using Mandate.Testing;

namespace Mandate.Faults.Tests.Injection;

/// <summary>An engine and two workers, and the plan by which they are broken and mended.</summary>
internal sealed class Injector(TemporaryDirectory directory, int seed, Action<string> log) : IAsyncDisposable
{
    private readonly Random _random = new(seed);
    private readonly HostProcess?[] _workers = new HostProcess?[2];
    private HostProcess? _engine;
    private int _offset;
    private int _latest;

    public int Port { get; private set; }

    public string Address => $"127.0.0.1:{Port}";

    public async Task StartAsync()
    {
        await StartEngineAsync();
        for (var i = 0; i < _workers.Length; i++)
            _workers[i] = await HostProcess.StartAsync("worker", Address);
    }

    /// <summary>Injects one fault after the other until told to stop, then takes all of them back.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await StepAsync();
            await Task.Delay(TimeSpan.FromMilliseconds(_random.Next(200, 2_500)), TimeProvider.System, CancellationToken.None);
        }

        await TellAsync("room");
        await TellAsync("slow 0");
        await TellAsync("faults 0");
        // Nothing waits longer than the clock has ever been wrong.
        await TellAsync($"clock {_latest}");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _workers.Append(_engine).OfType<HostProcess>())
            await process.DisposeAsync();
    }

    private async Task StepAsync()
    {
        switch (_random.Next(6))
        {
            case 0:
                log("kill the engine");
                await _engine!.DisposeAsync();
                await StartEngineAsync();
                break;
            case 1:
                var i = _random.Next(_workers.Length);
                log($"kill worker {i}");
                await _workers[i]!.DisposeAsync();
                _workers[i] = await HostProcess.StartAsync("worker", Address);
                break;
            case 2:
                _offset = _random.Next(-3_600, 3_600);
                _latest = Math.Max(_latest, _offset);
                await TellAsync($"clock {_offset}");
                break;
            case 3:
                await TellAsync($"faults {_random.Next(30)}");
                break;
            case 4:
                await TellAsync($"slow {_random.Next(60)}");
                break;
            default:
                await TellAsync("full");
                await Task.Delay(TimeSpan.FromMilliseconds(_random.Next(1_500)), TimeProvider.System);
                await TellAsync("room");
                break;
        }
    }

    private async Task StartEngineAsync()
    {
        _engine = await HostProcess.StartAsync("engine", directory.File("data"), Port.ToString(CultureInfo.InvariantCulture), $"{_random.Next()}");
        Port = _engine.Port;
        await _engine.TellAsync($"clock {_offset}");
    }

    private Task TellAsync(string command)
    {
        log(command);
        return _engine!.TellAsync(command);
    }
}
