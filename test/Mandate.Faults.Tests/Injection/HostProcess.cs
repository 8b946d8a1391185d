using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Mandate.Faults.Host;
using Mandate.Testing;

namespace Mandate.Faults.Tests.Injection;

/// <summary>An engine or a worker as a process of its own.</summary>
internal sealed class HostProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _errors = new();

    private HostProcess(Process process) => _process = process;

    /// <summary>Where an engine listens.</summary>
    public int Port { get; private set; }

    /// <summary>Starts one and waits until it is ready.</summary>
    public static Task<HostProcess> StartAsync(params string[] arguments) => StartAsync(new Dictionary<string, string>(), arguments);

    /// <summary>Starts one with environment variables and waits until it is ready.</summary>
    public static async Task<HostProcess> StartAsync(IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["exec", typeof(Journey).Assembly.Location, .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        var host = new HostProcess(Process.Start(start)!);
        host._process.ErrorDataReceived += (_, line) => host._errors.Enqueue(line.Data ?? "");
        host._process.BeginErrorReadLine();
        try
        {
            var line = await host._process.StandardOutput.ReadLineAsync().WithinLimit();
            host.Port = int.Parse((line ?? throw new InvalidOperationException($"The process '{string.Join(' ', arguments)}' ended: {string.Join('\n', host._errors)}")).Split(' ')[1]);
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>The most memory the process has had resident so far, in bytes.</summary>
    public long PeakResidentBytes()
    {
        _process.HasExited.ShouldBeFalse($"the process has died: {string.Join('\n', _errors)}");
        var line = File.ReadLines($"/proc/{_process.Id}/status").Single(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) * 1024;
    }

    /// <summary>Sends a command.</summary>
    public async Task TellAsync(string command)
    {
        _process.HasExited.ShouldBeFalse($"the process has died by itself before '{command}': {string.Join('\n', _errors)}");
        await _process.StandardInput.WriteLineAsync(command);
        await _process.StandardInput.FlushAsync();
    }

    /// <summary>SIGKILL.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
