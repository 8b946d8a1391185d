using System.Diagnostics;

namespace Mandate.Load.Gateway;

/// <summary>A <see cref="GatewayHost"/> in a process of its own, whose processor time can be read.</summary>
internal sealed class GatewayProcess : IAsyncDisposable
{
    private readonly Process _process;

    private GatewayProcess(Process process, string address) => (_process, Address) = (process, address);

    internal string Address { get; }

    /// <summary>Processor time it has used.</summary>
    internal TimeSpan Cpu
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    internal static async Task<GatewayProcess> StartAsync(string dataDirectory, string upstream, CancellationToken cancellation)
    {
        var self = Environment.ProcessPath ?? throw new InvalidOperationException("This process does not know its own path.");
        var isHost = Path.GetFileNameWithoutExtension(self).Equals("dotnet", StringComparison.OrdinalIgnoreCase);
        var start = new ProcessStartInfo(self) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (var argument in (string[])[.. isHost ? [Environment.GetCommandLineArgs()[0]] : Array.Empty<string>(), "gateway-host", "--data-directory", dataDirectory, "--upstream", upstream])
            start.ArgumentList.Add(argument);
        var process = Process.Start(start)!;
        var address = await process.StandardOutput.ReadLineAsync(cancellation);
        return address is not null ? new(process, address) : throw new InvalidOperationException("The gateway process ended before it listened; its error is above.");
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
