using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Mandate.Acceptance.Tests.Support;

/// <summary>The program, run as users run it.</summary>
internal sealed partial class ServiceProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ServiceProcess(Process process) => _process = process;

    public Uri Rest { get; private set; } = null!;

    public string Grpc { get; private set; } = null!;

    public int EngineReadyMs { get; private set; }

    public bool HasExited => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    /// <summary>Everything it wrote to standard output and error.</summary>
    public string Output => string.Join('\n', _output);

    /// <summary>Starts <c>mandate up</c> on ports the system chooses and waits until it says that it is ready.</summary>
    public static async Task<ServiceProcess> UpAsync(TemporaryDirectory directory, IReadOnlyDictionary<string, string> settings)
    {
        var all = new Dictionary<string, string>
        {
            ["MANDATE_DATADIRECTORY"] = directory.File("data"),
            ["MANDATE_REST__ADDRESS"] = "http://127.0.0.1:0",
            ["MANDATE_GRPC__ADDRESS"] = "127.0.0.1:0",
        };
        foreach (var (name, value) in settings)
            all[name] = value;
        var service = Start(directory, all, "up");
        await service._ready.Task.WaitAsync(Patience.Limit, TimeProvider.System);
        return service;
    }

    /// <summary>Starts <c>mandate gateway</c> and waits until it is ready.</summary>
    public static async Task<ServiceProcess> GatewayAsync(TemporaryDirectory directory, string upstream, IReadOnlyDictionary<string, string> settings)
    {
        var gateway = Start(directory, settings, "gateway", "--upstream", upstream);
        await gateway._ready.Task.WaitAsync(Patience.Limit, TimeProvider.System);
        return gateway;
    }

    /// <summary>Starts <c>mandate worker</c>; it goes on in the background.</summary>
    public static ServiceProcess StartWorker(TemporaryDirectory directory, IReadOnlyDictionary<string, string> settings) => Start(directory, settings, "worker");

    /// <summary>Starts a command and waits until its output holds a text.</summary>
    public static async Task<ServiceProcess> StartUntilAsync(TemporaryDirectory directory, string text, params string[] arguments)
    {
        var process = Start(directory, new Dictionary<string, string>(), arguments);
        await Patience.UntilAsync(() => Task.FromResult(process.Output.Contains(text, StringComparison.Ordinal) || process.HasExited), $"'{text}'");
        process.Output.ShouldContain(text);
        return process;
    }

    /// <summary>Runs a command to its end.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(TemporaryDirectory directory, IReadOnlyDictionary<string, string> settings, params string[] arguments)
    {
        await using var process = Start(directory, settings, arguments);
        using var patience = new CancellationTokenSource(Patience.Limit, TimeProvider.System);
        await process._process.WaitForExitAsync(patience.Token);
        return (process._process.ExitCode, process.Output);
    }

    /// <summary>Runs a command to its end and keeps standard output apart from standard error.</summary>
    public static async Task<(int ExitCode, string Output, string Error)> CaptureAsync(TemporaryDirectory directory, IReadOnlyDictionary<string, string> settings, params string[] arguments)
    {
        using var process = Process.Start(StartInfo(directory, settings, arguments))!;
        process.StandardInput.Close();
        using var patience = new CancellationTokenSource(Patience.Limit, TimeProvider.System);
        var (output, error) = (process.StandardOutput.ReadToEndAsync(patience.Token), process.StandardError.ReadToEndAsync(patience.Token));
        await process.WaitForExitAsync(patience.Token);
        return (process.ExitCode, await output, await error);
    }

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGTERM, and waits until the program has ended.</summary>
    public async Task TerminateAsync()
    {
        using (var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]))
            await kill.WaitForExitAsync();
        await _process.WaitForExitAsync().WaitAsync(Patience.Limit, TimeProvider.System);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await KillAsync();
        _process.Dispose();
    }

    private static ServiceProcess Start(TemporaryDirectory directory, IReadOnlyDictionary<string, string> settings, params string[] arguments)
    {
        var service = new ServiceProcess(new Process { StartInfo = StartInfo(directory, settings, arguments), EnableRaisingEvents = true });
        service._process.OutputDataReceived += (_, line) => service.Read(line.Data);
        service._process.ErrorDataReceived += (_, line) => service.Read(line.Data);
        service._process.Exited += (_, _) => service._ready.TrySetException(new InvalidOperationException($"mandate {string.Join(' ', arguments)} ended: {service.Output}"));
        service._process.Start();
        service._process.BeginOutputReadLine();
        service._process.BeginErrorReadLine();
        return service;
    }

    private static ProcessStartInfo StartInfo(TemporaryDirectory directory, IReadOnlyDictionary<string, string> settings, string[] arguments)
    {
        var start = new ProcessStartInfo(ProgramPath.Executable, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = directory.Path,
        };
        // What the developer's shell sets is none of the test's business.
        foreach (var name in start.Environment.Keys.Where(n => OfTheShell().IsMatch(n)).ToArray())
            start.Environment.Remove(name);
        foreach (var (name, value) in settings)
            start.Environment[name] = value;
        return start;
    }

    private void Read(string? line)
    {
        if (line is null)
            return;
        _output.Enqueue(line);
        if (RestLine().Match(line) is { Success: true } rest)
            Rest = new(rest.Groups[1].Value);
        if (GrpcLine().Match(line) is { Success: true } grpc)
            Grpc = grpc.Groups[1].Value;
        if (line == "mandate: gateway ready")
            _ready.TrySetResult();
        if (ReadyLine().Match(line) is { Success: true } ready)
        {
            EngineReadyMs = int.Parse(ready.Groups[1].Value);
            _ready.TrySetResult();
        }
    }

    [GeneratedRegex("^(MANDATE|TEMPORAL)_|^(ASPNETCORE|DOTNET)_ENVIRONMENT$|^ASPNETCORE_URLS$")]
    private static partial Regex OfTheShell();

    [GeneratedRegex(@"^mandate: REST API +(http\S+)")]
    private static partial Regex RestLine();

    [GeneratedRegex(@"^mandate: gRPC +(\S+)")]
    private static partial Regex GrpcLine();

    [GeneratedRegex(@"^mandate: engine ready (\d+) ms")]
    private static partial Regex ReadyLine();
}
