using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using Mandate.Testing;

namespace Mandate.Interop.Tests.Harness;

/// <summary>The official TypeScript SDK in a Node process of its own, driven by JSON lines; see <c>typescript/driver.js</c>.</summary>
public sealed class TypeScriptDriver : IAsyncLifetime
{
    /// <summary>How long any one operation may take before the test fails.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly ConcurrentDictionary<int, TaskCompletionSource<JsonElement>> _pending = new();
    private readonly ConcurrentQueue<string> _log = new();
    private readonly Lock _writing = new();
    private Process? _process;
    private int _lastId;

    /// <summary>What the process wrote to standard error, newest last: the SDK's and its core's warnings.</summary>
    public IReadOnlyList<string> Log => [.. _log];

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        var project = await NodeProject.OpenAsync("test/Mandate.Interop.Tests/typescript");
        var start = new ProcessStartInfo("node", ["--enable-source-maps", "driver.js"])
        {
            WorkingDirectory = project.Directory, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
        };
        var ready = _pending[0] = NewReply();
        _process = Process.Start(start)!;
        _ = ReadAnswersAsync(_process.StandardOutput);
        _ = ReadLogAsync(_process.StandardError);
        await ready.Task.WaitAsync(Patience, TimeProvider.System);
    }

    /// <summary>Runs an operation; <paramref name="arguments"/> become its JSON arguments.</summary>
    /// <exception cref="SdkException">It failed.</exception>
    public async Task<JsonElement> CallAsync(string operation, object arguments)
    {
        var id = Interlocked.Increment(ref _lastId);
        var reply = _pending[id] = NewReply();
        var line = JsonSerializer.Serialize(new { id, op = operation, args = arguments }, JsonSerializerOptions.Web);
        try
        {
            lock (_writing)
            {
                _process!.StandardInput.WriteLine(line);
                _process.StandardInput.Flush();
            }
        }
        catch (IOException e)
        {
            throw new InvalidOperationException(Gone(), e);
        }

        JsonElement answer;
        try
        {
            answer = await reply.Task.WaitAsync(Patience, TimeProvider.System);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"TypeScript's '{operation}' did not answer within {Patience}. Its log:\n{string.Join('\n', Log.TakeLast(40))}", e);
        }

        return answer.TryGetProperty("error", out var error)
            ? throw new SdkException(operation, error.Deserialize<SdkError>(JsonSerializerOptions.Web)!)
            : answer.GetProperty("result");
    }

    /// <summary>Runs an operation and reads its answer.</summary>
    public async Task<T> CallAsync<T>(string operation, object arguments) => (await CallAsync(operation, arguments)).Deserialize<T>(JsonSerializerOptions.Web)!;

    /// <summary>Ends the process as <c>kill -9</c> does.</summary>
    public async Task KillAsync()
    {
        _process!.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        if (_process is null)
            return;
        if (!_process.HasExited)
            _process.StandardInput.Close();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10), TimeProvider.System);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }

    private static TaskCompletionSource<JsonElement> NewReply() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task ReadAnswersAsync(StreamReader output)
    {
        while (await output.ReadLineAsync() is { } line)
        {
            var answer = JsonElement.Parse(line);
            if (_pending.TryRemove(answer.GetProperty("id").GetInt32(), out var reply))
                reply.SetResult(answer);
        }

        foreach (var reply in _pending.Values)
            reply.TrySetException(new InvalidOperationException(Gone()));
    }

    private string Gone() => $"The Node process ended. Its log:\n{string.Join('\n', Log.TakeLast(40))}";

    private async Task ReadLogAsync(StreamReader errors)
    {
        while (await errors.ReadLineAsync() is { } line)
            _log.Enqueue(line);
    }
}
