using System.Globalization;
using Mandate.Testing;

namespace Mandate.Faults.Tests.Injection;

/// <summary>An engine and two workers, and the plan by which they are broken and mended.</summary>
internal sealed class Injector(TemporaryDirectory directory, int seed, Action<string> log) : IAsyncDisposable
{
    /// <summary>How wrong the clock gets, in seconds: well within the retention, after which closed runs go.</summary>
    private const int FarthestOff = 6 * 3_600;

    private readonly Random _random = new(seed);
    private readonly Stack<int> _deck = new();
    private readonly Dictionary<string, int> _faults = new(StringComparer.Ordinal);
    private readonly HostProcess?[] _workers = new HostProcess?[2];
    private HostProcess? _engine;
    private int _offset;
    private int _latest;

    public int Port { get; private set; }

    public string Address => $"127.0.0.1:{Port}";

    /// <summary>Faults of processes and clock, by kind; those of requests and disk are known to the engine's witness.</summary>
    public IReadOnlyDictionary<string, int> Faults => _faults;

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

    /// <summary>One fault of each kind in a random order, then again: none is forgotten however short the run is.</summary>
    private async Task StepAsync()
    {
        if (_deck.Count == 0)
        {
            int[] kinds = [0, 1, 2, 3, 4, 5, 6];
            _random.Shuffle(kinds);
            foreach (var kind in kinds)
                _deck.Push(kind);
        }

        switch (_deck.Pop())
        {
            case 0:
                Log("engine-killed");
                await _engine!.DisposeAsync();
                await StartEngineAsync();
                break;
            case 1:
                var i = _random.Next(_workers.Length);
                Log("worker-killed");
                await _workers[i]!.DisposeAsync();
                _workers[i] = await HostProcess.StartAsync("worker", Address);
                break;
            case 2:
                await JumpAsync("clock-forward", _offset + Jump());
                break;
            case 3:
                await JumpAsync("clock-back", _offset - Jump());
                break;
            case 4:
                await TellAsync($"faults {_random.Next(5, 30)}");
                break;
            case 5:
                await TellAsync($"slow {_random.Next(60)}");
                break;
            default:
                await TellAsync("full");
                await Task.Delay(TimeSpan.FromMilliseconds(_random.Next(200, 1_500)), TimeProvider.System);
                await TellAsync("room");
                break;
        }
    }

    /// <summary>From a second to an hour; a minute as often more as less. After a jump back everything that waits for a time waits longer, so that long ones leave little to break.</summary>
    private int Jump() => (int)Math.Exp(_random.NextDouble() * Math.Log(3_600));

    private Task JumpAsync(string direction, int offset)
    {
        Log(direction);
        _offset = Math.Clamp(offset, -FarthestOff, FarthestOff);
        _latest = Math.Max(_latest, _offset);
        return TellAsync($"clock {_offset}");
    }

    private void Log(string fault)
    {
        log(fault);
        _faults[fault] = _faults.GetValueOrDefault(fault) + 1;
    }

    private async Task StartEngineAsync()
    {
        _engine = await HostProcess.StartAsync("engine", directory.Path, Port.ToString(CultureInfo.InvariantCulture), $"{_random.Next()}");
        Port = _engine.Port;
        await _engine.TellAsync($"clock {_offset}");
    }

    private Task TellAsync(string command)
    {
        log(command);
        return _engine!.TellAsync(command);
    }
}
