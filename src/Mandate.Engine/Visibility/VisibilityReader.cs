using Google.Protobuf;
using Mandate.Engine.Frontend;
using Mandate.Engine.History;
using Mandate.Engine.Storage;
using Mandate.Engine.Visibility.Language;
using Mandate.Engine.Visibility.Listing;
using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Engine.Visibility;

/// <summary>Answers lists and counts from the store. A few at a time: a filter without an index reads a whole namespace, and tasks must not wait for it.</summary>
internal sealed class VisibilityReader(EngineCore core) : IDisposable
{
    private static readonly int Slots = Math.Max(2, Environment.ProcessorCount);

    private readonly SemaphoreSlim _slots = new(Slots);
    private readonly CancellationTokenSource _stopping = new();

    /// <exception cref="Protocol.RpcException">INVALID_ARGUMENT.</exception>
    public Task<ListWorkflowExecutionsResponse> ListAsync(NamespaceEntry ns, string query, int pageSize, ByteString token, CancellationToken cancellation) =>
        ReadAsync(database => new RunList(database, ns.Key, ns.SearchAttributes).Read(query, pageSize, token), cancellation);

    /// <exception cref="Protocol.RpcException">INVALID_ARGUMENT.</exception>
    public Task<CountWorkflowExecutionsResponse> CountAsync(NamespaceEntry ns, string query, CancellationToken cancellation) =>
        ReadAsync(database => new RunCount(database, ns.Key, ns.SearchAttributes).Read(query), cancellation);

    /// <summary>Breaks off what is being read, and ends when nothing reads any more.</summary>
    public void Dispose()
    {
        _stopping.Cancel();
        for (var i = 0; i < Slots; i++)
            _slots.Wait();
        _stopping.Dispose();
        _slots.Dispose();
    }

    private async Task<T> ReadAsync<T>(Func<SqliteDatabase, T> read, CancellationToken caller)
    {
        try
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(caller, _stopping.Token);
            var cancellation = either.Token;
            await _slots.WaitAsync(cancellation).ConfigureAwait(false);
            try
            {
                var (answer, refusal) = await Task.Run(() => core.Store.Read(reader => reader.Read(database => Try(read, database), cancellation)), cancellation).ConfigureAwait(false);
                return refusal is null ? answer! : throw Errors.InvalidArgument(refusal.Message);
            }
            finally
            {
                _slots.Release();
            }
        }
        catch (Exception error) when (error is ObjectDisposedException || (error is OperationCanceledException && !caller.IsCancellationRequested))
        {
            throw Errors.ShuttingDown();
        }
    }

    /// <summary>A refused query is no fault of the connection, which an exception would cost.</summary>
    private static (T? Answer, InvalidQueryException? Refusal) Try<T>(Func<SqliteDatabase, T> read, SqliteDatabase database)
    {
        try
        {
            return (read(database), null);
        }
        catch (InvalidQueryException error)
        {
            return (default, error);
        }
    }
}
