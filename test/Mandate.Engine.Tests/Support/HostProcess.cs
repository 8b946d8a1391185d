using System.Collections.Concurrent;
using System.Diagnostics;
using Mandate.Engine.TestHost;

namespace Mandate.Engine.Tests.Support;

/// <summary>The test host as a process of its own, to be killed.</summary>
internal sealed class HostProcess : IDisposable
{
    private readonly Process _process;
    private readonly Task _reading;

    private HostProcess(Process process)
    {
        _process = process;
        _reading = Task.Run(ReadAsync);
    }

    public ConcurrentQueue<string> Lines { get; } = [];

    public int Id => _process.Id;

    /// <param name="directory">The store's directory.</param>
    /// <param name="prefix">Of the workflow ids it starts.</param>
    /// <param name="starters">Concurrent clients.</param>
    /// <param name="fileSizeKib">The largest file the process may write, in KiB; 0 for no limit.</param>
    public static HostProcess Start(string directory, string prefix, int starters, int fileSizeKib = 0)
    {
        var dotnet = Environment.ProcessPath!;
        var program = typeof(Load).Assembly.Location;
        var start = new ProcessStartInfo { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        if (fileSizeKib > 0)
        {
            start.FileName = "/bin/bash";
            start.ArgumentList.Add("-c");
            start.ArgumentList.Add($"ulimit -Sf {fileSizeKib}; exec \"$0\" \"$@\"");
        }
        else
        {
            start.FileName = dotnet;
        }

        foreach (var argument in (string[])[.. fileSizeKib > 0 ? [dotnet] : Array.Empty<string>(), "exec", program, directory, prefix, $"{starters}"])
            start.ArgumentList.Add(argument);
        // The runtime maps its code through a file, which a file size limit would hit as well.
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0";
        return new(Process.Start(start)!);
    }

    public Task HasLinesAsync(string beginning, int count) =>
        Wait.UntilAsync(() => _process.HasExited ? throw new InvalidOperationException($"The host ended: {_process.StandardError.ReadToEnd()}") : Lines.Count(l => l.StartsWith(beginning, StringComparison.Ordinal)) >= count, $"{count} lines '{beginning}'");

    /// <summary>SIGKILL: no handler, no flush, no farewell.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        await _reading;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
            Lines.Enqueue(line);
    }
}
