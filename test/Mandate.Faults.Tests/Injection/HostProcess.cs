using System.Collections.Concurrent;
using System.Diagnostics;
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
    public static async Task<HostProcess> StartAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["exec", typeof(Journey).Assembly.Location, .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
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
