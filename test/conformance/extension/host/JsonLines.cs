using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace ExtensionHost;

/// <summary>Every log line as one line of JSON on standard output.</summary>
internal sealed class JsonLines : ILoggerProvider
{
    private static readonly Lock Gate = new();

    public ILogger CreateLogger(string categoryName) => new Logger(categoryName);

    public void Dispose()
    {
    }

    public static void Write(string level, string category, string message)
    {
        var line = JsonSerializer.Serialize(new { level, category, message });
        lock (Gate) Console.Out.WriteLine(line);
    }

    private sealed class Logger(string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? error, Func<TState, Exception?, string> format)
        {
            if (!IsEnabled(logLevel)) return;
            var message = format(state, error);
            Write(logLevel.ToString().ToLowerInvariant(), category, error is null ? message : $"{message}\n{error}");
        }
    }
}
