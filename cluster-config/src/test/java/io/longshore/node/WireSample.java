package io.longshore.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.longshore.persistence.PartitionCommand;
import io.longshore.registry.Delivery;
import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/** A message of any kind with something in each of its fields, and what a message says. */
final class WireSample {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private final ActorRef<?> ref;

  /** Makes messages that name this actor wherever one is to be named. */
  WireSample(ActorRef<?> ref) {
    this.ref = ref;
  }

  /** All records below a sealed root that leave a node. */
  static Stream<Class<?>> leaves(Class<?> type) {
    if (type.getSimpleName().equals("Internal")) {
      return Stream.of();
    }
    return type.isSealed()
        ? Stream.of(type.getPermittedSubclasses()).flatMap(WireSample::leaves).distinct()
        : Stream.of(type);
  }

  /** One of this record type. */
  Object of(Class<?> type) {
    RecordComponent[] components = type.getRecordComponents();
    Class<?>[] types = Stream.of(components).map(RecordComponent::getType).toArray(Class[]::new);
    Object[] values = Stream.of(components).map(one -> value(one.getGenericType())).toArray();
    try {
      Constructor<?> constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor.newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("No sample of " + type.getName() + " can be made; tell how here", e);
    }
  }

  private Object value(Type type) {
    if (type instanceof ParameterizedType generic) {
      Type[] of = generic.getActualTypeArguments();
      return of((Class<?>) generic.getRawType(), of);
    }
    if (type instanceof WildcardType wildcard) {
      return value(wildcard.getUpperBounds()[0]);
    }
    if (type instanceof TypeVariable<?> variable) {
      return value(variable.getBounds()[0]);
    }
    return of((Class<?>) type, new Type[0]);
  }

  private Object of(Class<?> type, Type[] of) {
    if (type == List.class || type == Collection.class) {
      return List.of(value(of[0]));
    } else if (type == Set.class) {
      return Set.of(value(of[0]));
    } else if (type == Map.class) {
      return Map.of(value(of[0]), value(of[1]));
    } else if (type == ActorRef.class) {
      return ref;
    } else if (type == String.class) {
      return "text";
    } else if (type == int.class || type == Integer.class) {
      return 7;
    } else if (type == long.class || type == Long.class) {
      return 1_700_000_000_000L;
    } else if (type == double.class || type == Double.class) {
      return 0.5;
    } else if (type == boolean.class || type == Boolean.class) {
      return true;
    } else if (type == byte[].class) {
      return new byte[] {'1'};
    } else if (type == Delivery.class) {
      return Delivery.handler("text");
    } else if (type == PartitionCommand.class || type == Object.class) {
      return new io.longshore.coordinator.TaskProtocol.Get("text");
    } else if (type.isEnum()) {
      Object[] constants = type.getEnumConstants();
      return constants[constants.length - 1];
    }
    return of(leaves(type).findFirst().orElseThrow());
  }

  /** What a message says, by the names of its fields. */
  static JsonNode said(@Nullable Object value) {
    if (value == null) {
      return JSON.nullNode();
    } else if (value instanceof Record) {
      ObjectNode fields = JSON.objectNode();
      for (RecordComponent component : value.getClass().getRecordComponents()) {
        fields.set(component.getName(), said(read(component, value)));
      }
      return fields;
    } else if (value instanceof Collection<?> many) {
      ArrayNode all = JSON.arrayNode();
      many.forEach(one -> all.add(said(one)));
      return all;
    } else if (value instanceof Map<?, ?> map) {
      ObjectNode all = JSON.objectNode();
      new TreeMap<>(map).forEach((key, one) -> all.set(String.valueOf(key), said(one)));
      return all;
    } else if (value instanceof byte[] bytes) {
      return JSON.textNode(Base64.getEncoder().encodeToString(bytes));
    } else if (value instanceof ActorRef) {
      return JSON.textNode("an actor");
    }
    return JSON.textNode(String.valueOf(value));
  }

  private static @Nullable Object read(RecordComponent component, Object from) {
    try {
      component.getAccessor().setAccessible(true);
      return component.getAccessor().invoke(from);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(component.toString(), e);
    }
  }

  /** Whether all that was said once is said still; what is new may be said besides. */
  static boolean says(JsonNode once, @Nullable JsonNode now) {
    if (now == null || once.getNodeType() != now.getNodeType() || once.size() > now.size()) {
      return false;
    }
    if (once.isObject()) {
      return once.properties().stream()
          .allMatch(one -> says(one.getValue(), now.get(one.getKey())));
    } else if (once.isArray()) {
      for (int i = 0; i < once.size(); i++) {
        if (!says(once.get(i), now.get(i))) {
          return false;
        }
      }
      return once.size() == now.size();
    }
    return once.equals(now);
  }
}
