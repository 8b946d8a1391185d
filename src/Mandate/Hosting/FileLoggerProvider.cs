using System.Collections.Concurrent;
using System.Globalization;

namespace Mandate.Hosting;

/// <summary>Logs to a file, one line an entry, exceptions below it. Each entry is on its way to the disk when the call returns.</summary>
internal sealed class FileLoggerProvider : ILoggerProvider
{
    private readonly StreamWriter _writer;
    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<string, ILogger> _loggers = new(StringComparer.Ordinal);

    /// <summary>Opens the file, which other processes may read.</summary>
    public FileLoggerProvider(string path) => _writer = new StreamWriter(new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite)) { AutoFlush = true };

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => _loggers.GetOrAdd(categoryName, name => new FileLogger(this, name));

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
            _writer.Dispose();
    }

    private void Write(string category, LogLevel level, EventId id, string message, Exception? error)
    {
        var line = string.Create(CultureInfo.InvariantCulture, $"{TimeProvider.System.GetUtcNow():O} {level} {category}[{id.Id}] {message}");
        lock (_gate)
        {
            _writer.WriteLine(line);
            if (error is not null)
                _writer.WriteLine(error);
        }
    }

    private sealed class FileLogger(FileLoggerProvider provider, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            provider.Write(category, logLevel, eventId, formatter(state, exception), exception);
    }
}
