namespace Mandate.Engine.Matching;

/// <summary>Names a queue: workflow and activity tasks of one name are apart.</summary>
internal readonly record struct TaskQueueKey(int NamespaceKey, string Name, bool IsActivity);
