using System.Diagnostics;

namespace Mandate.Demo;

/// <summary>A worker in a process of its own, whose output goes to a file.</summary>
internal sealed class WorkerProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Task _copied;

    private WorkerProcess(Process process, Task copied)
    {
        _process = process;
        _copied = copied;
    }

    /// <summary>Its process id.</summary>
    public int Id => _process.Id;

    /// <summary>Whether it ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>Starts <c>mandate worker</c> with these settings as environment variables, which other users of the machine cannot read.</summary>
    public static WorkerProcess Start(IReadOnlyDictionary<string, string> settings, string logFile)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath ?? throw new InvalidOperationException("The program does not know its own path."))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = Path.GetDirectoryName(logFile)!,
        };
        // Started as `dotnet mandate.dll`, the process is the host, which wants the program named.
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet")
            start.ArgumentList.Add(typeof(WorkerProcess).Assembly.Location);
        start.ArgumentList.Add("worker");
        start.ArgumentList.Add("--until-input-ends");
        foreach (var name in start.Environment.Keys.Where(IsSetting).ToArray())
            start.Environment.Remove(name);
        foreach (var (name, value) in settings)
            start.Environment[name] = value;
        var process = Process.Start(start) ?? throw new InvalidOperationException("The worker's process could not be started.");
        return new(process, CopyAsync(process, logFile));
    }

    /// <summary>Ends it as a power cut would: SIGKILL, no chance to say goodbye.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        await _copied;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await KillAsync();
        await _copied;
        _process.Dispose();
    }

    /// <summary>Settings meant for this process must not reach the worker.</summary>
    private static bool IsSetting(string name) =>
        name.StartsWith("MANDATE_", StringComparison.OrdinalIgnoreCase) || name.StartsWith("TEMPORAL_", StringComparison.OrdinalIgnoreCase)
        || name is "ASPNETCORE_ENVIRONMENT" or "DOTNET_ENVIRONMENT";

    private static async Task CopyAsync(Process process, string logFile)
    {
        await using var file = new FileStream(logFile, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
        using var gate = new SemaphoreSlim(1);
        await Task.WhenAll(CopyLinesAsync(process.StandardOutput), CopyLinesAsync(process.StandardError));

        async Task CopyLinesAsync(StreamReader from)
        {
            while (await from.ReadLineAsync() is { } line)
            {
                await gate.WaitAsync();
                try
                {
                    await file.WriteAsync(System.Text.Encoding.UTF8.GetBytes(line + '\n'));
                    await file.FlushAsync();
                }
                finally
                {
                    gate.Release();
                }
            }
        }
    }
}
