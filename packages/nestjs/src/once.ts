import { SetMetadata } from '@nestjs/common';

/** A decorator that may stand only once in a place: of two, one would be lost without a word. */
export function once(name: string, key: string, value: unknown): ClassDecorator & MethodDecorator {
  return (target: object, property?: string | symbol, descriptor?: PropertyDescriptor): void => {
    const place: unknown = descriptor ? descriptor.value : target;
    if (typeof place !== 'function') throw new TypeError(`${name} stands on a method or on a class.`);
    if (Reflect.hasOwnMetadata(key, place)) {
      throw new TypeError(`${name} stands twice on ${String(property ?? place.name)}; merge the two.`);
    }
    SetMetadata(key, value)(place);
  };
}
