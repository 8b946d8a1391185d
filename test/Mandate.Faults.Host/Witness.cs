using Mandate.Engine;
using Mandate.Protocol;
using Mandate.Protocol.Api.WorkflowService.V1;
using Microsoft.Extensions.Logging;

namespace Mandate.Faults.Host;

/// <summary>
/// Writes down what must not be forgotten when the engine is killed: the activity results it acknowledged, the faults that struck, and errors nobody ordered. One line each; what was
/// written outlives the process.
/// </summary>
internal sealed class Witness : ILoggerFactory, ILogger
{
    private readonly FileStream _file;
    private readonly Lock _gate = new();

    public Witness(string path) => _file = new(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);

    public void Write(string line)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(line.ReplaceLineEndings(" ") + "\n");
        lock (_gate)
        {
            _file.Write(bytes);
            _file.Flush();
        }
    }

    /// <summary>Sees the engine's own answers, before anything happens to them on the way.</summary>
    public RpcHandler Stage(RpcHandler next) => async call =>
    {
        var answer = await next(call);
        if (call.Request is RespondActivityTaskCompletedRequest { Result.Payloads_: [var result] })
            Write($"acknowledged {result.Data.ToStringUtf8().Trim('"')}");
        return answer;
    };

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if ((exception as EngineStoreException ?? exception?.InnerException) is EngineStoreException { Problem: EngineStoreProblem.Full })
            Write("fault full");
        else
            Write($"error {eventId.Id} {formatter(state, exception)} {exception}");
    }

    public void Dispose() => _file.Dispose();
}
