using System.Diagnostics;

namespace Mandate.Load;

/// <summary>An <see cref="EngineHost"/> in a process of its own.</summary>
internal sealed class EngineProcess : IAsyncDisposable
{
    private readonly Process _process;

    private EngineProcess(Process process, string address)
    {
        _process = process;
        Address = address;
    }

    internal string Address { get; }

    internal static async Task<EngineProcess> StartAsync(string dataDirectory, CancellationToken cancellation)
    {
        var self = Environment.ProcessPath ?? throw new InvalidOperationException("This process does not know its own path.");
        var isHost = Path.GetFileNameWithoutExtension(self).Equals("dotnet", StringComparison.OrdinalIgnoreCase);
        var start = new ProcessStartInfo(self) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (var argument in (string[])[.. isHost ? [Environment.GetCommandLineArgs()[0]] : Array.Empty<string>(), "engine", "--data-directory", dataDirectory])
            start.ArgumentList.Add(argument);

        var process = Process.Start(start)!;
        var address = await process.StandardOutput.ReadLineAsync(cancellation);
        if (address is not null)
            return new(process, address);
        await process.WaitForExitAsync(cancellation);
        throw new InvalidOperationException($"The engine process ended with {process.ExitCode} before it listened; its error is above.");
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
