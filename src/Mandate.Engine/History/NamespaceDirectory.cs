using System.Collections.Concurrent;
using Google.Protobuf.WellKnownTypes;
using Mandate.Engine.Frontend;
using Mandate.Engine.Storage;
using Mandate.Engine.Storage.Records;
using Mandate.Engine.Visibility.Attributes;

namespace Mandate.Engine.History;

/// <summary>The namespaces of the engine, by name.</summary>
internal sealed class NamespaceDirectory(Store store, EngineOptions options) : IDisposable
{
    private readonly ConcurrentDictionary<string, NamespaceEntry> _byName = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<int, NamespaceEntry> _byKey = new();
    private readonly SemaphoreSlim _registering = new(1, 1);

    public IEnumerable<NamespaceEntry> All => _byKey.OrderBy(e => e.Key).Select(e => e.Value);

    /// <exception cref="Mandate.Protocol.RpcException">NOT_FOUND.</exception>
    public NamespaceEntry Get(string name)
    {
        if (name.Length == 0)
            throw Errors.InvalidArgument("The request names no namespace.");
        return _byName.TryGetValue(name, out var entry) ? entry : throw Errors.NamespaceNotFound(Errors.Shorten(name));
    }

    public NamespaceEntry? Find(string name) => _byName.GetValueOrDefault(name);

    public NamespaceEntry ByKey(int key) => _byKey[key];

    public NamespaceEntry? ById(string id) => _byKey.Values.FirstOrDefault(e => e.Id == id);

    /// <summary>Reads what is stored and adds what the options name.</summary>
    public async Task LoadAsync()
    {
        foreach (var (key, name, record) in store.Read(static r => r.Namespaces()))
            Add(new(key, name, record));
        foreach (var name in options.Namespaces)
        {
            if (!_byName.ContainsKey(name))
                await TryRegisterAsync(name, new() { Retention = Duration.FromTimeSpan(options.Retention) }).ConfigureAwait(false);
        }

        foreach (var entry in _byKey.Values)
        {
            if (options.SearchAttributes.Any(a => !entry.SearchAttributes.TryGet(a.Key, out var existing) || existing.Type != a.Value))
                await UpdateAsync(entry, AddSearchAttributes).ConfigureAwait(false);
        }
    }

    /// <summary>Registers a namespace durably; false when it exists.</summary>
    public async Task<bool> TryRegisterAsync(string name, NamespaceRecord record)
    {
        await _registering.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_byName.ContainsKey(name))
                return false;
            record.Id = Guid.CreateVersion7(options.TimeProvider.GetUtcNow()).ToString();
            record.State = record.State == 0 ? 1 : record.State;
            AddSearchAttributes(record);
            var entry = new NamespaceEntry(_byKey.IsEmpty ? 1 : _byKey.Keys.Max() + 1, name, record);
            await WriteAsync(entry, record).ConfigureAwait(false);
            Add(entry);
            return true;
        }
        finally
        {
            _registering.Release();
        }
    }

    /// <summary>Changes a namespace durably.</summary>
    public async Task UpdateAsync(NamespaceEntry entry, Action<NamespaceRecord> change)
    {
        await _registering.WaitAsync().ConfigureAwait(false);
        try
        {
            var record = entry.Record.Clone();
            change(record);
            await WriteAsync(entry, record).ConfigureAwait(false);
            entry.Record = record;
        }
        finally
        {
            _registering.Release();
        }
    }

    public void Dispose() => _registering.Dispose();

    /// <summary>The attributes that the options give every namespace.</summary>
    private void AddSearchAttributes(NamespaceRecord record)
    {
        foreach (var (name, type) in options.SearchAttributes)
        {
            if (SearchAttributeRegistry.Refuse(name, type, SearchAttributeRegistry.Catalog(record.SearchAttributes)) is { } problem)
                throw new InvalidOperationException($"EngineOptions.SearchAttributes does not fit the store. {problem}");
            SearchAttributeRegistry.Add(record.SearchAttributes, name, type);
        }
    }

    private async Task WriteAsync(NamespaceEntry entry, NamespaceRecord record)
    {
        var unit = new StoreUnit(new CommitLine());
        unit.Changes.Add(new NamespaceWritten(entry.Key, entry.Name, record));
        store.Enqueue(unit);
        await unit.Committed.ConfigureAwait(false);
    }

    private void Add(NamespaceEntry entry)
    {
        _byKey[entry.Key] = entry;
        _byName[entry.Name] = entry;
    }
}
